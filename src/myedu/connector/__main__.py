"""`myedu connector COMMAND`: what a vendor does from a terminal.

`serve ADAPTER …` and `export ADAPTER …` do it over a foreign system: netschool, oneroster, edfi, fgis,
sqlviews.
"""

import argparse
import sys
from collections.abc import Sequence

from myedu.connector.adapters.names import ADAPTERS, adapter_program
from myedu.connector.commands import export, key, new, push, serve

_COMMANDS = {"new": new, "key": key, "serve": serve, "export": export, "push": push}
"""In the order in which a vendor needs them."""


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when it is done, 1 for what the sentence says, 2 for a wrong command."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] in (["serve"], ["export"]) and given[1:2] and given[1] in ADAPTERS:
        return adapter_program(given[1])([given[0], *given[2:]])
    options = _parser().parse_args(given)
    return int(_COMMANDS[options.command].run(options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="myedu connector", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    for name, command in _COMMANDS.items():
        command.add(commands.add_parser(name, help=command.SENTENCE, description=command.SENTENCE))
    return parser


if __name__ == "__main__":
    sys.exit(main())
