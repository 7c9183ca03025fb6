"""What the room `pilot` does for others."""
