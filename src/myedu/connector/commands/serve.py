"""`myedu connector serve`: the contract over your journal.

Several processes: `uvicorn --factory myedu.connector.commands.serve:application --workers 4`, with the
settings in the environment; tokens and used assertions are shared through the folder of state.
"""

import argparse
import asyncio
import contextlib
import logging
import os
import secrets
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette

from myedu.connector.commands.load import LoadError, load_journal
from myedu.connector.commands.nightly import write_nightly
from myedu.connector.commands.settings import (
    ConnectorSettings,
    ServingSettings,
    add_flags,
    registered,
    settings_of,
    time_of_export,
)
from myedu.connector.sdk.replay import SqliteReplay
from myedu.connector.sdk.server import connector_app
from myedu.connector.sdk.signing import BadKey
from myedu.connector.sdk.system import Misdeclared
from myedu.connector.simple.journal import SimpleJournal
from myedu.connector.simple.system import SimpleSystem
from myedu.kit.clock import SystemClock
from myedu.kit.log import PlainLines, configure_logging
from myedu.kit.serve import QUIET
from myedu.kit.settings import SettingsError, read_settings

SENTENCE = "serve the contract over your journal"
_TOKEN_KEY_BYTES = 32


def add(parser: argparse.ArgumentParser) -> None:
    add_flags(parser)


def run(options: argparse.Namespace) -> int:
    """Serve until a signal; 2 where the settings or the journal don't allow it."""
    configure_logging("connector")
    try:
        settings = settings_of(options)
        app = serve_app(settings)
    except (LoadError, SettingsError, Misdeclared, BadKey, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{settings.base_url}/v1/docs shows the methods; Ctrl-C stops", file=sys.stderr)
    uvicorn.run(app, host=settings.host, port=settings.port, **QUIET)
    return 0


def application() -> Starlette:
    """For an ASGI server of your own; the settings come from the environment."""
    configure_logging("connector")
    return serve_app(read_settings(ConnectorSettings, os.environ, "MYEDU_CONNECTOR_"))


def serve_app(settings: ConnectorSettings) -> Starlette:
    """The composition root. Raises LoadError, SettingsError, Misdeclared, BadKey, OSError."""
    return app_over(load_journal(settings.journal), settings)


def app_over(journal: Any, settings: ServingSettings) -> Starlette:
    """A SimpleJournal or any JournalSystem as `serve` serves it. Raises as `serve_app`, but no LoadError."""
    clock, at = SystemClock(), time_of_export(settings)
    clients = registered(settings)
    is_simple = isinstance(journal, SimpleJournal)
    settings.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    keep_book(settings.state / "asked.log")
    app = connector_app(
        SimpleSystem(journal, clock) if is_simple else journal,
        base_url=settings.base_url,
        clients=clients,
        token_key=token_key(settings.state / "token.key"),
        clock=clock,
        exports=settings.exports if is_simple or settings.exports.is_dir() else None,
        replay=SqliteReplay(settings.state / "assertions.sqlite"),
    )
    if is_simple:

        @contextlib.asynccontextmanager
        async def lifespan(_: Any) -> AsyncIterator[None]:
            nights = asyncio.create_task(write_nightly(journal, settings.exports, at, clock))
            yield
            nights.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await nights

        app.router.lifespan_context = lifespan
    return app


def token_key(path: Path) -> bytes:
    """The key of tokens, made at the first start; the same for all processes and over restarts."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        found = path.read_bytes()
        if len(found) < _TOKEN_KEY_BYTES:
            raise SettingsError(f"{path} is too short: take it away, another one is made") from None
        return found
    with open(handle, "wb") as file:
        file.write(made := secrets.token_bytes(_TOKEN_KEY_BYTES))
    return made


def keep_book(path: Path) -> None:
    """Who asked for whom goes to a file of its own: a program's log is no place for ids of pupils."""
    path.touch(mode=0o600, exist_ok=True)
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(PlainLines("connector"))
    book = logging.getLogger("myedu.connector.act")
    book.handlers[:] = [handler]
    book.propagate = False
