"""The export package: manifest, files, rows."""
