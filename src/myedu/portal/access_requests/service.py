"""What the room `access_requests` does for others."""
