"""What the room `pilot` gives to others."""
