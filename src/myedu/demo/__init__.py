"""Everything on one machine with one command: the only package that knows all programs."""
