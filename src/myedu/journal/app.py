"""The journal's composition root: settings and a clock in, an ASGI application out."""

import os
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route

from myedu.connector.sdk.server import RegisteredClient, connector_app
from myedu.journal.settings import JournalSettings
from myedu.journal.store import queries
from myedu.journal.system import SYSTEM_INFO, Journal
from myedu.kit.clock import Clock, SystemClock
from myedu.kit.db import Database, fetch_value
from myedu.kit.settings import read_settings
from myedu.kit.web.headers import content_policy, security_headers
from myedu.kit.web.templates import template_environment

# The start page has no style, script or image.
_PAGE_HEADERS = security_headers(content_policy(), secure=False, referrer="no-referrer")


def build_journal(settings: JournalSettings, *, clock: Clock) -> Starlette:
    """The start page at `/`, the contract's methods below it.

    The database is opened when the application starts.
    """
    return Starlette(routes=[Route("/", _start_page())], lifespan=_lifespan(settings, clock))


def from_environment() -> Starlette:
    """The application with the settings of the environment, for `uvicorn --factory`. Raises SettingsError."""
    return build_journal(read_settings(JournalSettings, os.environ), clock=SystemClock())


def registered_clients(folder: Path | None) -> list[RegisteredClient]:
    """The callers that may ask: one for each `<client_id>.pem` in the folder; none without a folder."""
    if folder is None:
        return []
    return [
        RegisteredClient(path.stem, path.read_text(encoding="ascii")) for path in sorted(folder.glob("*.pem"))
    ]


def _lifespan(
    settings: JournalSettings, clock: Clock
) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        database = await Database.open(
            settings.database_url, max_size=settings.connections, name="myedu-journal"
        )
        try:
            journal = Journal(database, clock, await _time_zone(database))
            # Mounted only now: the contract can't be served before the database is open.
            app.router.routes.append(Mount("/", _contract(settings, journal, clock)))
            yield
        finally:
            await database.close()

    return lifespan


def _contract(settings: JournalSettings, journal: Journal, clock: Clock) -> Starlette:
    return connector_app(
        journal,
        base_url=settings.address,
        clients=registered_clients(settings.clients),
        token_key=settings.token_key.encode() or secrets.token_bytes(32),
        clock=clock,
        exports=settings.exports,
    )


async def _time_zone(database: Database) -> str:
    """The time zone of the oldest school; UTC if the journal is empty."""
    async with database.connection() as conn:
        return await fetch_value(conn, queries.oldest_time_zone) or "UTC"


def _start_page() -> Callable[[Request], HTMLResponse]:
    templates = template_environment({"journal": "myedu.journal"})
    page = templates.get_template("journal/start.html").render(system=SYSTEM_INFO)

    def start(request: Request) -> HTMLResponse:
        return HTMLResponse(page, headers=_PAGE_HEADERS)

    return start
