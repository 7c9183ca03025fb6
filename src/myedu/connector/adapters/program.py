"""The commands `serve` and `export` of all adapters, over the settings of each."""

import argparse
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from inspect import isawaitable
from typing import Any, Generic, Protocol, TypeVar

import msgspec
from starlette.applications import Starlette

from myedu.connector.adapters.adapter_journal import AdapterJournal
from myedu.connector.commands.export import print_package
from myedu.connector.commands.serve import app_over, serve_until_signal
from myedu.connector.commands.settings import ServingSettings, add_flags, read_flags
from myedu.connector.sdk.export import ExportError
from myedu.connector.sdk.signing import BadKey
from myedu.connector.sdk.system import JournalSystem, Misdeclared
from myedu.contract.package import Manifest
from myedu.kit.connections import read_limits
from myedu.kit.log import configure_logging
from myedu.kit.settings import SettingsError
from myedu.kit.terminal import Parser, tr

S = TypeVar("S", bound=ServingSettings)


class AdapterError(Exception):
    """The foreign system can't be served as it is configured; the message says what to fix."""


class Closable(Protocol):
    """Holds connections or files."""

    def close(self) -> Awaitable[None] | None:
        """Release them."""
        ...


class ClosableSystem(JournalSystem, Closable, Protocol):
    """A JournalSystem over a foreign system."""


class Adapter(msgspec.Struct, Generic[S], frozen=True):
    """A foreign system as a program.

    `journal` makes the served system from the settings. `export` writes a package and returns its manifest.
    Both raise AdapterError.
    """

    name: str
    settings: type[S]
    journal: Callable[[S], ClosableSystem | AdapterJournal]
    export: Callable[[S], Manifest]

    @property
    def prefix(self) -> str:
        """The prefix of its environment variables, e.g. MYEDU_SQLVIEWS_."""
        return f"MYEDU_{self.name.upper()}_"


def run(adapter: Adapter[S], arguments: Sequence[str]) -> int:
    """`serve …` until a signal, or `export …`.

    The exit status is 2 if settings or the system are wrong, 1 if it can't listen on its port.
    """
    options = _parser(adapter).parse_args(arguments)
    configure_logging(adapter.name)
    try:
        settings = read_flags(options, adapter.settings, adapter.prefix)
        if options.command == "export":
            print_package(adapter.export(settings), settings.exports)
            return 0
        limits = read_limits(os.environ)
        journal = adapter.journal(settings)
        app = closing(app_over(journal, settings), journal)
    except (AdapterError, SettingsError, Misdeclared, BadKey, ExportError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return serve_until_signal(app, settings, limits)


def closing(app: Starlette, journal: Closable) -> Starlette:
    """The same application; it closes the journal when it ends."""
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(scope: Starlette) -> AsyncIterator[Mapping[str, Any]]:
        async with inner(scope) as state:
            yield state or {}
        closed = journal.close()
        if isawaitable(closed):
            await closed

    app.router.lifespan_context = lifespan
    return app


def _parser(adapter: Adapter[S]) -> argparse.ArgumentParser:
    parser = Parser(prog=f"myedu connector … {adapter.name}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    for name, sentence in (("serve", tr("serve the contract")), ("export", tr("write an export package"))):
        command = commands.add_parser(name, help=sentence, description=sentence)
        add_flags(command, kind=adapter.settings, prefix=adapter.prefix)
    return parser
