"""How the system bears many requests at once."""
