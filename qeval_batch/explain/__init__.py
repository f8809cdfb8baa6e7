"""One officer's way from cells to proposal, told from what the engine left in its trace; nothing is judged here."""
