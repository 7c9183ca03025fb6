"""Serve the contract over your own data, write export packages, call another system."""
