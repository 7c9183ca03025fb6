"""The rules: `rules/<group>/<name>.py` defines RULE, whose id is `<group>.<name-with-hyphens>`."""
