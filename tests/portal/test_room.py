"""A new room, a library that only tests have, brings all it needs by one entry in the list of rooms."""

import asyncio
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import psycopg
import pytest
from litestar import Router
from litestar.routes import HTTPRoute

from myedu.kit.serve import serving
from myedu.kit.settings import Settings, SettingsError
from myedu.kit.telemetry.metrics_page import MetricsPage
from myedu.portal import app
from myedu.portal.app import ROOMS
from myedu.portal.database_roles import migrate_portal
from myedu.portal.people.models import System
from myedu.portal.people.service import register_system
from tests.conftest import as_owner
from tests.portal.conftest import COPY_KEY, NOON, Keys, OpenWorld, Rows, World, free_port
from tests.portal.library_room.room import OPENED, ROOM, SCHEMA, LibrarySettings
from tests.portal.operators.conftest import OPERATOR, ORGANISATION

WITH_LIBRARY = (*ROOMS, ROOM)
ROOT = Path(__file__).resolve().parents[2]
PLACE = {"region": "14", "system_id": "s1"}

Ask = Callable[..., list[Any]]


@pytest.fixture(scope="module")
async def library(open_world: OpenWorld) -> AsyncIterator[World]:
    """A portal with a library of five shelves."""
    async with open_world(
        rooms=WITH_LIBRARY,
        library_shelves=5,
        library_seconds=0.1,
        operator_organisations=(ORGANISATION,),
        requests_at_once=16,
        queue_seconds=0.1,
    ) as world:
        yield world
    assert [opened.is_open for opened in OPENED] == [False]


async def test_its_page_has_its_template_words_and_service(library: World) -> None:
    async with library.browser() as browser:
        page = await browser.get("/library/2")
        english = await browser.get("/library/2", **{"accept-language": "en"})
    assert (page.status, page.h1) == (200, "Полка 2")
    assert "На этой полке: 20 книг" in page.html
    assert (english.h1, "20 books" in english.html) == ("Shelf 2", True)
    assert "form-action 'self' https://esia" not in page.headers["content-security-policy"]
    assert page.headers["content-security-policy"].split("form-action ")[1].startswith("'self' ")
    assert "https://books.example" in page.headers["content-security-policy"]


async def test_its_setting_bounds_it_and_its_exception_is_a_page(library: World) -> None:
    async with library.browser() as browser:
        last, beyond = await browser.get("/library/5"), await browser.get("/library/6")
    assert last.status == 200
    assert (beyond.status, beyond.h1) == (404, "Такой полки нет")
    assert "К первой полке" in beyond.html


async def test_its_exception_is_a_problem_for_a_program(library: World) -> None:
    async with library.browser() as browser:
        found, missing = await browser.get("/api/library/1"), await browser.get("/api/library/6")
    assert json.loads(found.html) == {"books": 10}
    assert missing.headers["content-type"] == "application/problem+json"
    assert json.loads(missing.html)["code"] == "not-found"


async def test_its_section_stands_in_the_navigation_of_other_rooms(library: World) -> None:
    async with library.signed_in(OPERATOR) as (browser, _):
        page = await browser.get("/operator/packages")
    assert '<a href="/library/1">Библиотека</a>' in page.html
    assert "Подвал" not in page.html  # a section of larger libraries


async def test_a_rush_for_it_leaves_other_pages_alone(library: World) -> None:
    async with aiohttp.ClientSession() as session:

        async def status(path: str) -> int:
            async with session.get(library.url + path, headers={"accept-language": "en"}) as answer:
                return answer.status

        answers = await asyncio.gather(
            *(status("/library/1") for _ in range(30)), *(status("/view") for _ in range(3))
        )
    assert set(Counter(answers[:30])) == {200, 503}
    assert answers[30:] == [200, 200, 200]


async def test_its_metric_is_on_the_metrics_page(library: World) -> None:
    async with library.browser() as browser:
        await browser.get("/library/4")
    metrics = OPENED[-1].telemetry.metrics
    assert metrics is not None
    async with serving(MetricsPage(metrics.families)) as url:
        text = await _metrics(url)
    assert 'myedu_library_visits_total{shelf="4"} 1.0' in text
    assert 'myedu_requests_total{method="GET",route="/library/{shelf}",status="200"}' in text
    assert 'myedu_requests_allowed{lane="library"}' in text


def test_its_settings_are_checked_at_start(portal_keys: Keys) -> None:
    values = {**_environment("postgresql://nowhere", portal_keys), "MYEDU_LIBRARY_SHELVES": "101"}
    settings = Settings.read(app.settings_kinds(WITH_LIBRARY), values)
    assert settings.of(LibrarySettings).library_shelves == 101
    with pytest.raises(SettingsError, match="MYEDU_LIBRARY_SHELVES is 101: the hall holds 100"):
        app.check_settings(settings, WITH_LIBRARY)


# The worker and the commands, as programs.


@pytest.fixture(scope="module")
def url(fresh_database: Callable[..., str]) -> str:
    url = fresh_database("myedu.portal")
    with psycopg.connect(as_owner(url), autocommit=True) as conn:
        conn.execute(SCHEMA)
    migrate_portal(as_owner(url), url)
    return url


@pytest.fixture
def ask(url: str) -> Ask:
    """Rows of a statement; a row of one column is its value."""

    def asked(statement: str, *parameters: object) -> list[Any]:
        with psycopg.connect(url, autocommit=True) as conn:
            found = conn.execute(statement, parameters).fetchall()
        return [row[0] if len(row) == 1 else row for row in found]

    return asked


def _environment(url: str, keys: Keys, **settings: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MYEDU_")}
    own = {
        "database_url": url,
        "base_url": "http://127.0.0.1:8000",
        "esia_url": "http://127.0.0.1:9",
        "esia_client_id": "MYEDU",
        "esia_key": keys.portal.key,
        "esia_certificate": keys.portal.certificate,
        "esia_token_keys": keys.esia.certificate,
        "journal_key": keys.portal.key,
        "copy_keys": COPY_KEY,
        "changes_seconds": "0",
        **settings,
    }
    return {**inherited, **{f"MYEDU_{name.upper()}": value for name, value in own.items()}}


def run(url: str, keys: Keys, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.portal.library_room", *arguments],
        env=_environment(url, keys),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@contextmanager
def worker(url: str, keys: Keys, folder: Path, port: int) -> Iterator[None]:
    """The worker's program; its metrics page is on `port`."""
    program = subprocess.Popen(
        [sys.executable, "-m", "tests.portal.library_room", "work"],
        env=_environment(url, keys, spool=str(folder), worker_metrics_port=str(port)),
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        program.terminate()
        assert program.wait(timeout=30) == 0


async def _metrics(url: str) -> str:
    async with aiohttp.ClientSession() as session, session.get(f"{url}/metrics") as answer:
        return await answer.text()


async def until(ask: Ask, statement: str, wanted: list[Any]) -> None:
    """Wait until the statement gives these rows; fails with what it gives after 20 seconds."""
    for _ in range(200):
        if (found := ask(statement)) == wanted:
            return
        await asyncio.sleep(0.1)
    assert found == wanted


def test_its_command_runs_with_its_setting(url: str, portal_keys: Keys, ask: Ask) -> None:
    done = run(url, portal_keys, "count-shelf", "2", "--books", "7")
    assert (done.returncode, done.stdout, done.stderr) == (0, "shelf 2: a count is queued\n", "")
    assert ask("SELECT entrypoint FROM jobs.pgqueuer") == ["library/2"]
    failed = run(url, portal_keys, "count-shelf", "4")
    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr == "there is no shelf 4: see MYEDU_LIBRARY_SHELVES\n"
    assert "count-shelf" in run(url, portal_keys, "--help").stdout


async def test_the_worker_runs_its_queued_task_and_counts(
    url: str, portal_keys: Keys, ask: Ask, tmp_path: Path
) -> None:
    ask("DELETE FROM library.counts RETURNING 1")
    run(url, portal_keys, "count-shelf", "2", "--books", "7")  # unless it waits from the test before
    port = free_port()
    with worker(url, portal_keys, tmp_path, port):
        await until(ask, "SELECT shelf, books FROM library.counts", [("2", 7)])
        await until(ask, "SELECT count(*) FROM jobs.pgqueuer", [0])
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{port}/metrics") as page,
        ):
            text = await page.text()
    assert 'myedu_library_visits_total{shelf="2"} 1.0' in text
    assert 'myedu_jobs_total{result="done",task="library"} 1.0' in text


async def test_at_night_the_worker_runs_its_task_and_its_eraser(
    url: str, portal_keys: Keys, ask: Ask, tmp_path: Path
) -> None:
    async with await psycopg.AsyncConnection.connect(url) as conn:
        system = System(
            id="s1", region="14", name="Журнал", base_url="http://127.0.0.1:1", client_id="portal",
            registered_at=NOON,
        )  # fmt: skip
        await register_system(conn, system)
        await conn.execute("SELECT people.open_region('14')")
        rows = Rows(conn)
        for id, archived_at in (("gone", NOON - timedelta(days=10_000)), ("stays", None)):
            await rows.person(id, archived_at=archived_at)
            loan = ["14", "s1", id, "Букварь"]
            await conn.execute("INSERT INTO library.loans VALUES (%s, %s, %s, %s)", loan)
    ask("DELETE FROM jobs.pgqueuer_schedules RETURNING 1")
    planned = (
        "SELECT entrypoint FROM jobs.pgqueuer_schedules"
        " WHERE entrypoint IN ('exports/expire', 'library/remind') ORDER BY 1"
    )
    with worker(url, portal_keys, tmp_path, free_port()):
        await until(ask, planned, ["exports/expire", "library/remind"])
    ask("UPDATE jobs.pgqueuer_schedules SET next_run = now() - interval '1 minute' RETURNING id")
    with worker(url, portal_keys, tmp_path, free_port()):
        await until(ask, "SELECT count(*) FROM library.reminders", [1])
        await until(ask, "SELECT person_id FROM library.loans", ["stays"])
    assert ask("SELECT id FROM people.persons") == ["stays"]


def test_a_handler_takes_one_service() -> None:
    """Litestar resolves two beside each other, in a task group for each request: a tenth of a page's time."""
    services = {name for room in ROOMS for name in room.services}
    handlers = [
        route_handler
        for route in Router("/", route_handlers=[route for room in ROOMS for route in room.routes]).routes
        if isinstance(route, HTTPRoute)
        for route_handler in route.route_handlers
    ]
    taken = [services & set(handler.parsed_fn_signature.parameters) for handler in handlers]
    assert set().union(*taken) == services
    assert max(map(len, taken)) == 1


def test_the_import_needs_no_web_framework() -> None:
    """Each process that imports packages would carry 30 MiB more."""
    script = (
        "import sys, myedu.portal.exports.service; print('litestar' in sys.modules, 'jinja2' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout == "False False\n"
