"""The export package: the manifest, its files, the rows and what they refer to."""
