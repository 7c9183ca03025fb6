"""`myedu connector COMMAND`: what a vendor does from a terminal."""

import argparse
import sys
from collections.abc import Sequence

from myedu.connector.commands import export, key, new, push, serve

_COMMANDS = {"new": new, "key": key, "serve": serve, "export": export, "push": push}
"""In the order in which a vendor needs them."""


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when it is done, 1 for what the sentence says, 2 for a wrong command."""
    options = _parser().parse_args(arguments)
    return int(_COMMANDS[options.command].run(options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="myedu connector", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    for name, command in _COMMANDS.items():
        command.add(commands.add_parser(name, help=command.SENTENCE, description=command.SENTENCE))
    return parser


if __name__ == "__main__":
    sys.exit(main())
