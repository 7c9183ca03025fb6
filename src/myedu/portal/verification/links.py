"""Addresses of the head's pages."""

SCHOOL = "/school"
