"""What the room `verification` gives to others."""
