"""The rules: `rules/<group>/<name>.py` has RULE, whose id is `<group>.<name-with-dashes>`."""
