"""Asking journals on demand: a deadline, single flight for equal requests, the last good copy."""
