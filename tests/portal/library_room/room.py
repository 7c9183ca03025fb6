"""The room `library`: everything that a room may bring, each as small as it can be.

Its tables are made by `SCHEMA`; a real room's are made by a migration.
"""

import argparse
import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from msgspec import Meta
from psycopg import AsyncConnection

from myedu.kit.db import Database
from myedu.kit.i18n import message as _
from myedu.kit.settings import Settings, SettingsError
from myedu.kit.telemetry import MetricSpec, Telemetry
from myedu.kit.web.admission import RequestClassSpec
from myedu.kit.web.error_handlers import context_of, error_response
from myedu.kit.web.languages import words_for
from myedu.kit.web.pages import ErrorView, Link, View
from myedu.kit.web.responses import AnyRequest, html_page, json_response, page_view
from myedu.portal.commands import Command, CommandFailed, with_database
from myedu.portal.context import AppContext, CommandContext, FromContext, WorkerContext
from myedu.portal.jobs import service as jobs
from myedu.portal.navigation import NavEntry
from myedu.portal.room import Room
from myedu.portal.tasks import Due, JobRun, NightlyTask, Task

SCHEMA = """
CREATE SCHEMA library;
CREATE TABLE library.counts (shelf text NOT NULL, books int NOT NULL);
CREATE TABLE library.loans (region text, system_id text, person_id text, book text);
CREATE TABLE library.reminders (sent_at timestamptz NOT NULL);
"""
PREFIX, API_PREFIX = "/library", "/api/library"
TASK = "library"


class LibrarySettings(msgspec.Struct, frozen=True, kw_only=True):
    """A setting with a bound that only the room knows, and one that slows its pages down."""

    library_shelves: Annotated[int, Meta(ge=1, description="Shelves of the library.")] = 3
    library_seconds: Annotated[float, Meta(ge=0, description="Seconds that finding a shelf takes.")] = 0


def _check(settings: Settings) -> None:
    if (shelves := settings.of(LibrarySettings).library_shelves) > 100:
        raise SettingsError(f"MYEDU_LIBRARY_SHELVES is {shelves}: the hall holds 100")


class NoSuchShelf(Exception):
    """The library has fewer shelves."""


class Library:
    """The room's service: finds shelves."""

    def __init__(self, settings: LibrarySettings, telemetry: Telemetry) -> None:
        self._settings = settings
        self.telemetry = telemetry
        self.is_open = True

    async def find(self, shelf: int) -> int:
        """How many books stand on a shelf. Raises NoSuchShelf."""
        await asyncio.sleep(self._settings.library_seconds)
        if not 1 <= shelf <= self._settings.library_shelves:
            raise NoSuchShelf
        self.telemetry.count("myedu_library_visits", str(shelf))
        return shelf * 10


OPENED: list[Library] = []
"""Every library of this process, for tests to look at."""

FromLibrary = NamedDependency[SkipValidation[Library]]
"""The type of a handler's parameter `library`."""


@asynccontextmanager
async def _open(context: AppContext) -> AsyncIterator[Mapping[str, Any]]:
    library = Library(context.settings.of(LibrarySettings), context.telemetry)
    OPENED.append(library)
    try:
        yield {"library": library}
    finally:
        library.is_open = False


class ShelfView(View):
    """A shelf in words."""

    text: str


class ShelfAnswer(msgspec.Struct, frozen=True):
    """A shelf for a program."""

    books: int


@get(f"{PREFIX}/{{shelf:int}}")
async def shelf_page(
    request: AnyRequest, context: FromContext, library: FromLibrary, shelf: FromPath[int]
) -> Response[bytes]:
    """A shelf's page; NoSuchShelf's handler answers for others."""
    books = await library.find(shelf)
    words = words_for(request, context.words)
    page = page_view(request, context, words.gettext("Shelf {number}").format(number=shelf))
    text = words.ngettext("{count} book", "{count} books", books).format(count=books)
    return html_page(context, "library/shelf.html", page, ShelfView(text=text))


@get(f"{API_PREFIX}/{{shelf:int}}")
async def shelf_answer(library: FromLibrary, shelf: FromPath[int]) -> Response[bytes]:
    """The same as JSON."""
    return json_response(ShelfAnswer(await library.find(shelf)))


def _shelf_missing(request: AnyRequest, __: NoSuchShelf) -> Response[bytes]:
    words = words_for(request, context_of(request).words)
    action = Link(label=words.gettext("To the first shelf"), href=f"{PREFIX}/1")
    text = words.gettext("The library has fewer shelves.")
    return error_response(
        request, 404, title=words.gettext("There is no such shelf"), view=ErrorView(text=text, action=action)
    )


class CountTask:
    """Counts the books of a shelf (tasks.QueuedTask)."""

    name = TASK
    keeps_failed = True
    interval: timedelta | None = timedelta(milliseconds=500)

    def __init__(self, context: WorkerContext) -> None:
        self._database, self._telemetry = context.database, context.telemetry
        self._shelves = context.settings.of(LibrarySettings).library_shelves

    async def subjects(self, conn: AsyncConnection) -> Sequence[str]:
        return [str(shelf) for shelf in range(1, self._shelves + 1)]

    async def due(self, conn: AsyncConnection, now: datetime) -> Sequence[Due]:
        return []

    async def run(self, job: JobRun) -> None:
        async with self._database.transaction() as conn:
            values = [job.subject, int(job.payload)]
            await conn.execute("INSERT INTO library.counts VALUES (%s, %s)", values)
        self._telemetry.count("myedu_library_visits", job.subject)


@asynccontextmanager
async def _tasks(context: WorkerContext) -> AsyncIterator[Sequence[Task]]:
    async def remind() -> str:
        async with context.database.transaction() as conn:
            await conn.execute("INSERT INTO library.reminders VALUES (%s)", [context.clock.now()])
        return "reminders sent"

    yield [CountTask(context), NightlyTask(name="library/remind", run=remind)]


async def _erase(conn: AsyncConnection, region: str, system_id: str) -> None:
    await conn.execute(
        "DELETE FROM library.loans loan WHERE loan.region = %(region)s AND loan.system_id = %(system_id)s"
        " AND NOT EXISTS (SELECT FROM people.persons person WHERE person.region = loan.region"
        " AND person.system_id = loan.system_id AND person.id = loan.person_id)",
        {"region": region, "system_id": system_id},
    )


async def count_shelf(database: Database, shelf: str, books: int) -> bool:
    """Queue a count; False if the same one waits already."""
    async with database.transaction() as conn:
        return await jobs.enqueue(conn, TASK, Due(shelf, f"count {shelf}", str(books).encode()))


async def _count(context: CommandContext, options: argparse.Namespace) -> None:
    if options.shelf > context.settings.of(LibrarySettings).library_shelves:
        raise CommandFailed(f"there is no shelf {options.shelf}: see MYEDU_LIBRARY_SHELVES")
    await count_shelf(context.database, str(options.shelf), options.books)
    print(f"shelf {options.shelf}: a count is queued")


def _count_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shelf", type=int)
    parser.add_argument("--books", type=int, default=0, help="that should be found")


ROOM = Room(
    name="library",
    settings=(LibrarySettings,),
    check_settings=_check,
    routes=(shelf_page, shelf_answer),
    templates="tests.portal.library_room",
    words="tests.portal.library_room",
    errors={NoSuchShelf: _shelf_missing},
    nav=(
        NavEntry(area="operator", section="library", label=_("Library"), href=f"{PREFIX}/1"),
        NavEntry(
            area="operator",
            section="basement",
            label=_("Basement"),
            href=f"{PREFIX}/9",
            shown_if=lambda settings: settings.of(LibrarySettings).library_shelves >= 9,
        ),
    ),
    request_classes=(RequestClassSpec("library", share=1 / 8, prefixes=(PREFIX,)),),
    api_prefixes=(API_PREFIX,),
    form_targets=lambda _settings: ("https://books.example",),
    services=("library",),
    open=_open,
    tasks=_tasks,
    commands=(
        Command(
            name="count-shelf",
            help="queue a count of a shelf",
            run=with_database(_count),
            arguments=_count_arguments,
            settings=(LibrarySettings,),
        ),
    ),
    erase=_erase,
    metrics=(MetricSpec("myedu_library_visits", "counter", ("shelf",), "Shelves that were opened."),),
)
