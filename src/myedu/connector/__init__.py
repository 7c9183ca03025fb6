"""What a vendor installs: serve the contract, read it, check conformance to it."""
