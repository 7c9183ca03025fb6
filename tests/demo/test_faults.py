"""A journal dies and comes back: its child's page says so, other pages don't change."""

import os
import signal
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from myedu.demo.keys import PORTAL_CLIENT_ID
from myedu.demo.programs import run_command
from tests.demo.conftest import Child, RunningDemo, text_of, until
from tests.portal.browser import Browser, Page

SYSTEM = "journal-16"
"""Павел's journal: a generated one, whose database the cases may change."""


@pytest.fixture
async def pavel(demo: RunningDemo, children: Mapping[str, Child]) -> AsyncIterator[Child]:
    """Павел; his journal runs again after the case."""
    yield children["Павел"]
    _start_journal(demo)


def _kill_journal(demo: RunningDemo) -> None:
    """As the kernel does when memory runs out."""
    _, process = demo.stack.supervisor.running(SYSTEM)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


def _start_journal(demo: RunningDemo) -> None:
    program, process = demo.stack.supervisor.running(SYSTEM)
    if process.poll() is not None:
        demo.stack.supervisor.start(program)


async def test_a_dead_journal_leaves_the_last_copy(
    demo: RunningDemo, mother: Browser, pavel: Child, children: Mapping[str, Child]
):
    before = await mother.get(pavel.week)
    others = {child.first_name: await mother.get(child.week) for child in children.values()}
    _kill_journal(demo)

    stale = await until(lambda: _page_with(mother, pavel.week, "Нет данных с "))
    assert stale.status == 200
    text = text_of(stale)
    assert "журнал школы недоступен" in text
    assert "Это копия" in text
    assert _subject_links(stale) == _subject_links(before), "the copy is whole"

    for name in ("Мария", "Вера"):
        page = await mother.get(children[name].week)
        assert "Нет данных" not in text_of(page)
        assert _subject_links(page) == _subject_links(others[name])
    for name in ("today", "marks", "homework"):
        assert (await mother.get(f"{pavel.path}/{name}")).status == 200

    everyone = await mother.get("/children")
    assert everyone.status == 200
    assert text_of(everyone).count("Нет данных с ") + text_of(everyone).count("Нет данных: ") == 1

    _start_journal(demo)
    fresh = await until(lambda: _page_without(mother, pavel.week, "Нет данных"))
    assert _subject_links(fresh) == _subject_links(before)


async def test_a_week_without_a_copy_is_unavailable_in_words(
    demo: RunningDemo, mother: Browser, pavel: Child
):
    unseen = f"{pavel.path}/week/{pavel.monday - timedelta(weeks=5)}"
    _kill_journal(demo)
    page = await mother.get(unseen)
    assert page.status == 200
    assert "Нет данных: журнал школы недоступен" in text_of(page)
    assert "Ничего не потеряно" in text_of(page)
    assert unseen in page.html, "it can be tried again"
    _start_journal(demo)
    assert (await until(lambda: _page_without(mother, unseen, "Нет данных"))).status == 200


async def test_what_a_teacher_writes_is_seen_after_the_freshness_time(
    demo: RunningDemo, mother: Browser, pavel: Child
):
    twos = _twos(await mother.get(pavel.week))
    word, mark = f"Проект {uuid4().hex[:8]}", str(uuid4())
    url = demo.stack.supervisor.running(SYSTEM)[0].settings["MYEDU_DATABASE_URL"]
    with psycopg.connect(url) as conn:
        conn.execute(
            "INSERT INTO journal.marks (id, updated_at, person_id, subject_id, day, value, work_name, set_at)"
            " SELECT %s, now(), %s, l.subject_id, l.day, '2', %s, now()"
            " FROM journal.lessons l JOIN journal.enrollments e ON e.group_id = l.group_id"
            " WHERE e.person_id = %s AND l.day BETWEEN %s AND %s LIMIT 1",
            [mark, pavel.person_id, word, pavel.person_id, pavel.monday, pavel.monday + timedelta(days=6)],
        )
    more = await until(lambda: _more_twos(mother, pavel.week, twos))
    with psycopg.connect(url) as conn:
        conn.execute("DELETE FROM journal.marks WHERE id = %s", [mark])
    assert await until(lambda: _fewer_twos(mother, pavel.week, more))


async def test_pulling_the_same_packages_again_changes_nothing(demo: RunningDemo, tmp_path: Path):
    rows = "SELECT count(*), max(updated_at), count(*) FILTER (WHERE archived_at IS NULL) FROM people.persons"
    before = demo.portal_rows(rows)
    program, _ = demo.stack.supervisor.running("portal")
    for _ in range(2):
        printed = run_command("myedu.portal", "pull", settings=program.settings, log=tmp_path / "pull.log")
        assert printed.count("unchanged") == len(demo.stack.journals), printed
    assert demo.portal_rows(rows) == before


async def test_the_portal_names_itself_to_every_journal(demo: RunningDemo):
    assert demo.portal_rows("SELECT DISTINCT client_id FROM people.systems") == [(PORTAL_CLIENT_ID,)]


async def _page_with(browser: Browser, path: str, words: str) -> Page | None:
    page = await browser.get(path)
    return page if words in text_of(page) else None


async def _page_without(browser: Browser, path: str, words: str) -> Page | None:
    page = await browser.get(path)
    return None if words in text_of(page) else page


async def _more_twos(browser: Browser, path: str, than: int) -> int | None:
    twos = _twos(await browser.get(path))
    return twos if twos > than else None


async def _fewer_twos(browser: Browser, path: str, than: int) -> bool:
    return _twos(await browser.get(path)) < than


def _twos(page: Page) -> int:
    return page.html.count('class="mark m2"')


def _subject_links(page: Page) -> int:
    return page.html.count('class="what"')
