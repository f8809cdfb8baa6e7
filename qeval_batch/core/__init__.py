"""Values every other room speaks in: periods, exact numbers, Vietnamese text, cell addresses."""
