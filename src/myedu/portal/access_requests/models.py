"""What the room `access_requests` gives to others."""
