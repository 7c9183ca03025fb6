"""Authentication: the token endpoint, access tokens, the act claim."""
