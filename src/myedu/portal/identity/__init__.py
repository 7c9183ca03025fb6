"""Signing in with ESIA, sessions, and what an account may act for."""
