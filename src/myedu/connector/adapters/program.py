"""What the adapters' commands share: `serve` and `export` over settings of their own."""

import argparse
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from inspect import isawaitable
from typing import Any, TypeVar

import msgspec
import uvicorn
from starlette.applications import Starlette

from myedu.connector.commands.serve import app_over
from myedu.connector.commands.settings import ServingSettings, add_flags, settings_given
from myedu.connector.sdk.export import ExportError
from myedu.connector.sdk.signing import BadKey
from myedu.connector.sdk.system import Misdeclared
from myedu.contract.package import Manifest
from myedu.kit.log import configure_logging
from myedu.kit.serve import QUIET
from myedu.kit.settings import SettingsError

S = TypeVar("S", bound=ServingSettings)


class AdapterError(Exception):
    """The foreign system can't be served as it is set up; the message says what to mend."""


class Adapter(msgspec.Struct, frozen=True):
    """A foreign system as a program.

    `journal` makes what is served of the settings; it has `close()`, plain or async. `export` writes a
    package and gives its manifest. Both raise AdapterError.
    """

    name: str
    settings: type[ServingSettings]
    journal: Callable[[Any], Any]
    export: Callable[[Any], Manifest]

    @property
    def prefix(self) -> str:
        """MYEDU_SQLVIEWS_: how the variables of its settings begin."""
        return f"MYEDU_{self.name.upper()}_"


def run(adapter: Adapter, arguments: Sequence[str]) -> int:
    """`serve …` until a signal, or `export …`; 2 where the settings or the system don't allow it."""
    options = _parser(adapter).parse_args(arguments)
    configure_logging(adapter.name)
    try:
        settings = settings_given(options, adapter.settings, adapter.prefix)
        if options.command == "export":
            return _told(adapter.export(settings), settings)
        journal = adapter.journal(settings)
        app = closing(app_over(journal, settings), journal)
    except (AdapterError, SettingsError, Misdeclared, BadKey, ExportError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{settings.base_url}/v1/docs shows the methods; Ctrl-C stops", file=sys.stderr)
    uvicorn.run(app, host=settings.host, port=settings.port, **QUIET)
    return 0


def closing(app: Starlette, journal: Any) -> Starlette:
    """The application that closes the journal's connections when it ends."""
    begun = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(scope: Any) -> AsyncIterator[Any]:
        async with begun(scope) as state:
            yield state
        ended = journal.close()
        if isawaitable(ended):
            await ended

    app.router.lifespan_context = lifespan
    return app


def _told(manifest: Manifest, settings: ServingSettings) -> int:
    for table in manifest.tables:
        print(f"{table.table:<14} {table.rows:>9} rows", file=sys.stderr)
    print(settings.exports / str(manifest.export_id))
    return 0


def _parser(adapter: Adapter) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"myedu connector … {adapter.name}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    for name, sentence in (("serve", "serve the contract"), ("export", "write an export package")):
        command = commands.add_parser(name, help=sentence, description=sentence)
        add_flags(command, kind=adapter.settings, prefix=adapter.prefix)
    return parser
