"""The reference e-journal of a region: its own database; serves the contract through connector.sdk."""
