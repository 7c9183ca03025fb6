"""The real answers, and a roster that shows them."""

import json
from pathlib import Path
from typing import Any

import pytest

from myedu.connector.adapters.netschool.roster import EnrolledStudent, Roster, enrolled_students
from myedu.connector.adapters.netschool.sample import sample_roster


@pytest.fixture(scope="session")
def recordings(real_data: Path) -> Path:
    """The folder of real recorded answers."""
    return real_data / "netschool"


@pytest.fixture(scope="session")
def recorded_lessons(recordings: Path) -> list[dict[str, Any]]:
    """Every lesson of the files as plain JSON: what the translation is counted against."""
    weeks = [json.loads(file.read_text()) for file in sorted(recordings.glob("*diary*.json"))]
    return [lesson for week in weeks for day in week["weekDays"] for lesson in day["lessons"]]


@pytest.fixture
def roster() -> Roster:
    return sample_roster("25", 2026)


@pytest.fixture
def enrolled(roster: Roster) -> EnrolledStudent:
    return enrolled_students(roster)["1"]
