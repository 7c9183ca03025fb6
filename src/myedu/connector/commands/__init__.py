"""The commands of `myedu connector`, one module each."""

import argparse
from typing import Protocol


class Command(Protocol):
    """A module with a command."""

    SENTENCE: str  # what the command does, for --help

    def add(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's arguments to its parser."""
        ...

    def run(self, options: argparse.Namespace) -> int:
        """Do it; the exit status."""
        ...
