"""What the system declares about itself."""
