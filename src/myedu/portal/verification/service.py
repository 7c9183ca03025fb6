"""What the room `verification` does for others."""
