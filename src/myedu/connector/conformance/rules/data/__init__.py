"""What the answers say: marks, homework, substitutions, times."""
