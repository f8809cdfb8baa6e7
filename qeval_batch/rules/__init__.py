"""The law as pure functions: exact, without clock or files; every decision leaves the steps it was made by."""
