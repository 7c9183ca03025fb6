"""Serve the contract over your own data, write the export, call another system."""
