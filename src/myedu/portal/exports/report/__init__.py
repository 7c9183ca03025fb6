"""What became of packages, for vendors, operators and the worker."""
