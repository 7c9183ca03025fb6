"""Every adapter is judged by the same judge, over HTTP, by every rule."""

import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from myedu.connector.adapters.names import ADAPTERS
from myedu.connector.adapters.sqlviews.__main__ import journal_of
from myedu.connector.conformance.testing import Build, assert_conforms
from myedu.connector.simple.testing import served
from tests.connector.adapters.sqlviews import school
from tests.connector.adapters.sqlviews.conftest import settings_for

Subject = tuple[Build, str]
"""What the judge starts, and the id of a pupil."""


def sqlviews(folder: Path) -> Subject:
    today = datetime.now(ZoneInfo(school.ZONE)).date()
    with sqlite3.connect(folder / "school.sqlite") as connection:
        connection.executescript(";\n".join(school.statements(today)))
    connection.close()
    return served(journal_of(settings_for(str(folder / "school.sqlite"))), folder / "exports"), school.PUPIL


SUBJECTS: dict[str, Callable[[Path], Subject]] = {"sqlviews": sqlviews}


@pytest.mark.parametrize("adapter", SUBJECTS)
def test_an_adapter_keeps_every_rule(adapter: str, tmp_path: Path) -> None:
    build, student = SUBJECTS[adapter](tmp_path)
    report = assert_conforms(build, students=[student], language="en")
    assert len([one for one in report.results if one.outcome == "passed"]) >= 60


def test_no_adapter_is_left_out() -> None:
    assert set(SUBJECTS) == set(ADAPTERS)
