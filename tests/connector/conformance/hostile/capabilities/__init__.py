"""Bad systems, one a file."""
