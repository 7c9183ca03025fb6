"""Commands in a terminal: how a room declares them, and how they are run."""

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any

import msgspec
import psycopg

from myedu.kit.clock import SystemClock
from myedu.kit.db import Database, DatabaseUnreachable
from myedu.kit.migrate import MigrationError
from myedu.kit.serve import ServeError
from myedu.kit.settings import Settings, SettingsError
from myedu.kit.terminal import Parser, tr
from myedu.portal.context import CommandContext
from myedu.portal.erasing import Eraser
from myedu.portal.settings import DatabaseSettings

_OF_ANOTHER_VERSION = (
    psycopg.errors.UndefinedTable,
    psycopg.errors.UndefinedColumn,
    psycopg.errors.UndefinedFunction,
    psycopg.errors.InvalidSchemaName,
)

SYSTEM_HELP = "the id that it was registered by, such as r25-a"  # translated where it is shown


class CommandFailed(Exception):
    """A command failed; the message says why and what to do. The exit status is 1."""


class Call(msgspec.Struct, frozen=True):
    """A command as it was typed: its arguments, and the settings that it needs."""

    settings: Settings
    options: argparse.Namespace
    erasers: Sequence[Eraser]


Run = Callable[[Call], Coroutine[Any, Any, None]]


def _no_arguments(parser: argparse.ArgumentParser) -> None:
    pass


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """`myedu <program> <name>`. `help`: one sentence; `arguments` adds arguments to the command's parser.

    `run` prints the result, and raises CommandFailed. `settings`: those that it needs beside the database's
    (`needs_database`).
    `programs`: that offer the command. `old_names` still work, with a warning on standard error.
    """

    name: str
    help: str
    run: Run
    arguments: Callable[[argparse.ArgumentParser], None] = _no_arguments
    settings: tuple[type[msgspec.Struct], ...] = ()
    programs: tuple[str, ...] = ("portal",)
    needs_database: bool = True
    old_names: tuple[str, ...] = ()


def json_argument(parser: argparse.ArgumentParser) -> None:
    """--json: the result for a program, in place of a table."""
    parser.add_argument("--json", action="store_true", help=tr("as JSON, for a program"))


def with_database(
    run: Callable[[CommandContext, argparse.Namespace], Awaitable[None]], connections: int = 2
) -> Run:
    """A command's `run` that calls `run` with an open database of so many `connections`."""

    async def opened(call: Call) -> None:
        url = call.settings.of(DatabaseSettings).database_url
        logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # its tries; the error is told once
        database = await Database.open(url, max_size=connections, name="myedu-command")
        try:
            await run(
                CommandContext(
                    settings=call.settings, clock=SystemClock(), database=database, erasers=call.erasers
                ),
                call.options,
            )
        finally:
            await database.close()

    return opened


def parser_of(program: str, about: str, commands: Sequence[Command]) -> argparse.ArgumentParser:
    """The parser of `myedu <program>`, with the commands that the program offers."""
    parser = Parser(prog=f"myedu {program}", description=tr(about))
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in commands:
        if program in command.programs:
            sentence = tr(command.help)
            parser_of_command = subparsers.add_parser(command.name, help=sentence, description=sentence)
            _fill(parser_of_command, command, old_name=None)
            for old_name in command.old_names:  # without `help` it isn't listed
                _fill(subparsers.add_parser(old_name, description=sentence), command, old_name=old_name)
    return parser


def _fill(parser: argparse.ArgumentParser, command: Command, *, old_name: str | None) -> None:
    parser.set_defaults(command=command, old_name=old_name)
    command.arguments(parser)


def run(parser: argparse.ArgumentParser, arguments: Sequence[str] | None, erasers: Sequence[Eraser]) -> int:
    """Run the command of these arguments; None: of the process.

    Exit status: 0 if it is done, 2 for a wrong command or setting, 1 for what an operator has to fix.
    """
    options = parser.parse_args(arguments)
    command: Command = options.command
    if options.old_name:
        print(renamed(options.old_name, command.name), file=sys.stderr)
    try:
        database = (DatabaseSettings,) if command.needs_database else ()
        settings = Settings.read((*database, *command.settings), os.environ)
        asyncio.run(command.run(Call(settings, options, erasers)))
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    except (psycopg.OperationalError, DatabaseUnreachable) as error:
        print(f"{error}\n{tr('Start PostgreSQL, or correct MYEDU_DATABASE_URL.')}", file=sys.stderr)
        return 1
    except _OF_ANOTHER_VERSION as error:
        sentence = tr("the database is of another version: {missing}", missing=error.diag.message_primary)
        print(f"{sentence}\n{tr('Run `myedu portal migrate`.')}", file=sys.stderr)
        return 1
    except psycopg.errors.InsufficientPrivilege as error:
        sentence = tr(
            "The portal's role of the database may not do this: run `myedu portal migrate` with"
            " MYEDU_MIGRATE_DATABASE_URL, see docs/operations/database-roles.md."
        )
        print(f"{error.diag.message_primary}\n{sentence}", file=sys.stderr)
        return 1
    except (MigrationError, CommandFailed, ServeError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def renamed(old: str, new: str) -> str:
    """The warning for a name that an earlier version had."""
    return tr("`{old}` is called `{new}` now: use that name", old=old, new=new)
