"""Every adapter is judged by the same judge, over HTTP, by every rule."""

import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from starlette.applications import Starlette

from myedu.connector.adapters.edfi.system import EdFiJournal
from myedu.connector.adapters.fgis.__main__ import journal_of as fgis_journal
from myedu.connector.adapters.names import ADAPTERS
from myedu.connector.adapters.netschool.app import NetSchoolSettings, netschool_app
from myedu.connector.adapters.netschool.sample import sample_roster, write_sample
from myedu.connector.adapters.oneroster.serve import journal_of as oneroster_journal
from myedu.connector.adapters.program import closing
from myedu.connector.adapters.sqlviews.__main__ import journal_of
from myedu.connector.conformance.testing import Build, Visitor, assert_conforms
from myedu.connector.sdk.server import RegisteredClient, connector_app
from myedu.connector.simple.testing import served
from myedu.kit.clock import SystemClock
from tests.connector.adapters.fgis.journal import federal_journal
from tests.connector.adapters.fgis.test_served import free_port
from tests.connector.adapters.oneroster.oneroster_provider import Provider
from tests.connector.adapters.oneroster.running import running
from tests.connector.adapters.oneroster.sets import a_set
from tests.connector.adapters.sqlviews import school
from tests.connector.adapters.sqlviews.conftest import settings_for
from tests.connector.sdk.school import PUPIL

Subject = tuple[Build, str]
"""What the judge starts, and the id of a pupil."""


@contextmanager
def sqlviews(folder: Path) -> Iterator[Subject]:
    today = datetime.now(ZoneInfo(school.ZONE)).date()
    with sqlite3.connect(folder / "school.sqlite") as connection:
        connection.executescript(";\n".join(school.statements(today)))
    connection.close()
    journal = journal_of(settings_for(str(folder / "school.sqlite")))
    yield served(journal, folder / "exports"), school.PUPIL
    journal.close()


@contextmanager
def netschool(folder: Path) -> Iterator[Subject]:
    """Generated answers: the real ones have no attendance, and their texts may not be published."""
    write_sample(folder / "answers")
    today = SystemClock().now().date()
    roster = sample_roster("25", today.year if today.month >= 8 else today.year - 1)
    (folder / "roster.json").write_bytes(msgspec.json.encode(roster))

    def build(visitor: Visitor) -> Starlette:
        (folder / "judge.pem").write_text(visitor.public_key_pem)
        settings = NetSchoolSettings(
            roster=folder / "roster.json",
            public_url=visitor.base_url,
            clients=(f"{visitor.client_id}={folder / 'judge.pem'}",),
            folder=folder / "answers",
            replay=True,
            exports=folder / "exports",
        )
        return netschool_app(settings, SystemClock())

    yield build, roster.students[0].id


@contextmanager
def fgis(folder: Path) -> Iterator[Subject]:
    with federal_journal(folder, free_port()) as settings:
        yield over(fgis_journal(settings), settings.exports), PUPIL


@contextmanager
def oneroster(folder: Path) -> Iterator[Subject]:
    with running(Provider(a_set(), SystemClock().now().date()), folder) as settings:
        yield over(oneroster_journal(settings), settings.exports), "p1"


class RunningClock:
    """Runs from a Wednesday of the district's school year."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def now(self) -> datetime:
        return datetime(2021, 11, 10, 17, tzinfo=UTC) + timedelta(seconds=time.monotonic() - self._began)


def test_the_real_district_keeps_every_rule(real_data: Path, tmp_path: Path) -> None:
    """Beside the others: its days are of 2021, so is the judge's clock."""
    clock = RunningClock()
    journal = EdFiJournal(real_data / "edfi-grandbend", region="25")
    students = [journal.enrollments()[number].person_id for number in (0, 300)]
    report = assert_conforms(
        served(journal, tmp_path, clock=clock), students=students, language="en", clock=clock
    )
    assert report.counts["passed"] >= 60


def over(system: Any, exports: Path) -> Build:
    """An adapter whose system is one of its own."""

    def build(visitor: Visitor) -> Starlette:
        app = connector_app(
            system,
            base_url=visitor.base_url,
            clients=[RegisteredClient(visitor.client_id, visitor.public_key_pem)],
            token_key=secrets.token_bytes(32),
            clock=SystemClock(),
            exports=exports,
        )
        return closing(app, system)

    return build


SUBJECTS: dict[str, Callable[[Path], AbstractContextManager[Subject]]] = {
    "netschool": netschool,
    "oneroster": oneroster,
    "fgis": fgis,
    "sqlviews": sqlviews,
}


@pytest.mark.parametrize("adapter", SUBJECTS)
def test_an_adapter_keeps_every_rule(adapter: str, tmp_path: Path) -> None:
    with SUBJECTS[adapter](tmp_path) as (build, student):
        report = assert_conforms(build, students=[student], language="en")
    assert len([result for result in report.results if result.outcome == "passed"]) >= 60


def test_no_adapter_is_left_out() -> None:
    assert {*SUBJECTS, "edfi"} == set(ADAPTERS)
