"""Foreign journals, each served as the contract: one folder a system."""
