"""Whom the system lets in: the token endpoint, access tokens, the act claim."""
