"""Who did what to whom, and when. Lines are only added, never changed."""
