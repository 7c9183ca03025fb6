"""`myedu connector COMMAND`: a vendor's commands.

`serve ADAPTER …` and `export ADAPTER …` work over a foreign system: netschool, oneroster, edfi, fgis,
sqlviews.
"""

import argparse
import sys
from collections.abc import Sequence

from myedu.connector.adapters.names import ADAPTERS, adapter_program
from myedu.connector.commands import Command, export, key, new, push, serve
from myedu.connector.terminal_ru import RUSSIAN
from myedu.kit.terminal import Parser, tr, use_catalogue

_COMMANDS: dict[str, Command] = {"new": new, "key": key, "serve": serve, "export": export, "push": push}
"""In the order in which a vendor needs them."""

_ABOUT = (
    "A vendor's commands. `serve ADAPTER …` and `export ADAPTER …` work over a foreign system: netschool,"
    " oneroster, edfi, fgis, sqlviews."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 0: done; 1: failed, see stderr; 2: a wrong command or wrong settings."""
    use_catalogue(RUSSIAN)
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] in (["serve"], ["export"]) and words[1:2] and words[1] in ADAPTERS:
        return adapter_program(words[1])([words[0], *words[2:]])
    options = _parser().parse_args(words)
    return _COMMANDS[options.command].run(options)


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="myedu connector", description=tr(_ABOUT))
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    for name, command in _COMMANDS.items():
        sentence = tr(command.SENTENCE)
        command.add(commands.add_parser(name, help=sentence, description=sentence))
    return parser


if __name__ == "__main__":
    sys.exit(main())
