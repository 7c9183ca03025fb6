"""Regions join: their cards, and how ready they are for the three demands of the pilot."""
