"""Asking journals on demand: a deadline, one flight for equal requests, the last good copy."""
