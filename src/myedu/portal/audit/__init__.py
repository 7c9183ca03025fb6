"""Who did what to whom, and when; lines are only ever added."""
