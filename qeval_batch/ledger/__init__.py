"""The quarter's memory: what arrived, what was accepted and what was kept, appended once and never changed."""
