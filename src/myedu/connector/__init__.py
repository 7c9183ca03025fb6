"""What a vendor installs: serve the contract, read it, be judged by it."""
