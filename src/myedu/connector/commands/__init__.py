"""The commands of `myedu connector`, one file each: `add` says what a command takes, `run` does it."""
