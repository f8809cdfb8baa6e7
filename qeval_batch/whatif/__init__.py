"""The same quarter under another reading of the law: what would change, for whom, and by which line of the trace."""
