"""Forms and policy: what is asked and what holds, loaded from ``forms/`` and refused with file:line when wrong."""
