"""The commands of `myedu connector`, one file each: `SENTENCE`, `add` (what it takes), `run` (do it)."""
