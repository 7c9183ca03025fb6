"""`myedu connector serve`: serves the contract over your journal.

For several processes: `uvicorn --factory myedu.connector.commands.serve:application --workers 4
--http myedu.kit.bounded_protocol:BoundedProtocol --ws none`, with the settings in the environment; the
processes share tokens and used assertions through the state folder.
"""

import argparse
import asyncio
import contextlib
import logging
import os
import secrets
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from datetime import time
from pathlib import Path

from starlette.applications import Starlette

from myedu.connector.commands.load import LoadError, load_journal
from myedu.connector.commands.nightly import write_nightly
from myedu.connector.commands.settings import (
    ConnectorSettings,
    ServingSettings,
    add_flags,
    registered_clients,
    settings_of,
    time_of_export,
)
from myedu.connector.sdk.replay import SqliteReplay
from myedu.connector.sdk.server import connector_app
from myedu.connector.sdk.signing import BadKey
from myedu.connector.sdk.system import JournalSystem, Misdeclared
from myedu.connector.simple.journal import SimpleJournal
from myedu.connector.simple.system import SimpleSystem
from myedu.kit.clock import Clock, SystemClock
from myedu.kit.connections import ConnectionLimits, read_limits
from myedu.kit.log import PlainLines, configure_logging
from myedu.kit.private_files import NotPrivate, check_private
from myedu.kit.serve import ServeError
from myedu.kit.serve import run as serve_forever
from myedu.kit.settings import SettingsError, read_settings
from myedu.kit.terminal import tr

SENTENCE = "serve the contract over your journal"
_TOKEN_KEY_BYTES = 32


def add(parser: argparse.ArgumentParser) -> None:
    """A flag for each setting."""
    add_flags(parser)


def run(options: argparse.Namespace) -> int:
    """Serve until a signal; 2 if the settings or the journal are wrong, 1 if it can't listen on its port."""
    configure_logging("connector")
    try:
        settings = settings_of(options)
        limits = read_limits(os.environ)
        app = serve_app(settings)
    except (LoadError, SettingsError, Misdeclared, BadKey, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return serve_until_signal(app, settings, limits)


def serve_until_signal(app: Starlette, settings: ServingSettings, limits: ConnectionLimits) -> int:
    """Serve the application; 0 after a signal, 1 if it can't listen on its port."""
    print(tr("{url}/v1/docs shows the methods; Ctrl-C stops", url=settings.base_url), file=sys.stderr)
    try:
        serve_forever(app, host=settings.host, port=settings.port, limits=limits)
    except ServeError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def application() -> Starlette:
    """The application for another ASGI server, with settings from the environment. Raises as `serve_app`."""
    configure_logging("connector")
    return serve_app(read_settings(ConnectorSettings, os.environ, "MYEDU_CONNECTOR_"))


def serve_app(settings: ConnectorSettings) -> Starlette:
    """The application with its journal loaded.

    Raises LoadError, SettingsError, Misdeclared, BadKey, OSError.
    """
    return app_over(load_journal(settings.journal), settings)


def app_over(journal: SimpleJournal | JournalSystem, settings: ServingSettings) -> Starlette:
    """The composition root: the application over a journal. Raises as `serve_app`, except LoadError."""
    clock, at = SystemClock(), time_of_export(settings)
    clients = registered_clients(settings)
    settings.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    log_acts_to(settings.state / "asked.log")
    has_own_exports = isinstance(journal, SimpleJournal)
    app = connector_app(
        SimpleSystem(journal, clock) if isinstance(journal, SimpleJournal) else journal,
        base_url=settings.base_url,
        clients=clients,
        token_key=token_key(settings.state / "token.key"),
        clock=clock,
        exports=settings.exports if has_own_exports or settings.exports.is_dir() else None,
        replay=SqliteReplay(settings.state / "assertions.sqlite"),
    )
    if isinstance(journal, SimpleJournal):
        app.router.lifespan_context = _writing_nightly(journal, settings.exports, at, clock)
    return app


def _writing_nightly(
    journal: SimpleJournal, exports: Path, at: time | None, clock: Clock
) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    """A lifespan during which packages are written."""

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        nights = asyncio.create_task(write_nightly(journal, exports, at, clock))
        yield
        nights.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await nights

    return lifespan


def token_key(path: Path) -> bytes:
    """The key that signs tokens: made at the first start, then the same for all processes and restarts."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        try:
            check_private(path)
        except NotPrivate as error:
            raise SettingsError(f"{path}: {error.strerror}") from None
        key = path.read_bytes()
        if len(key) < _TOKEN_KEY_BYTES:
            raise SettingsError(f"{path} is too short: delete it, and a new key is made") from None
        return key
    with open(handle, "wb") as file:
        file.write(key := secrets.token_bytes(_TOKEN_KEY_BYTES))
    return key


def log_acts_to(path: Path) -> None:
    """Log calls about people to a file of their own: the program's log must not have ids of students."""
    path.touch(mode=0o600, exist_ok=True)
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(PlainLines("connector"))
    audit_log = logging.getLogger("myedu.connector.act")
    audit_log.handlers[:] = [handler]
    audit_log.propagate = False
