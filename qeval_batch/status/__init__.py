"""Where the quarter stands on a day: what came, what is missing, what is due when, what waits for whom."""
