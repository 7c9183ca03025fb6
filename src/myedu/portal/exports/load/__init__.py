"""Checked rows become the rows of people: staged, compared, and changed in one transaction."""
