"""The Ed-Fi district of the real data in the journal's tables, served like any other school."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import msgspec
import psycopg
import pytest

from myedu.connector.adapters.edfi.files import EdFiError
from myedu.contract.tables import TABLES
from myedu.contract.windows import Window
from myedu.journal.exports import export
from myedu.journal.imports.edfi.batches import TIME_ZONE, district_batches
from myedu.journal.load import load
from myedu.journal.system import Journal
from myedu.kit.clock import FixedClock
from myedu.kit.db import Database

SIX_WEEKS = Window(first=date(2021, 8, 23), last=date(2021, 10, 3))


class Loaded(msgspec.Struct, frozen=True):
    url: str
    counts: dict[str, int]
    report: Counter[str]


@pytest.fixture(scope="module")
def district(fresh_database, real_data: Path) -> Loaded:
    url, report = fresh_database("myedu.journal"), Counter()
    counts = load(url, "00", district_batches(real_data / "edfi-grandbend", report, window=SIX_WEEKS))
    return Loaded(url, counts, report)


def _value(district: Loaded, statement: str) -> object:
    with psycopg.connect(district.url) as conn:
        return conn.execute(statement).fetchone()[0]


def test_everything_counted_by_hand_is_there(district: Loaded):
    counts = district.counts

    assert counts["organizations"] == 3
    assert counts["persons"] == 960 + 1873 + 68
    assert counts["guardianships"] == 1872
    assert counts["groups"] == 532 + 12
    assert counts["bell_schedules"] == 3
    assert counts["bells"] == 21 + 1  # one class period is cut in two by lunch
    assert counts["teaching"] == 528
    assert counts["marks"] == 250
    assert counts["homework"] == 8  # two of ten entries are tests without a due day
    assert counts["periods"] == 3 * (1 + 2 + 6)
    assert counts["subjects"] == 84


def test_lessons_are_sections_by_class_periods_by_days(district: Loaded):
    autumn = "SELECT count(*) FROM journal.timetable WHERE starts_on = '2021-08-23'"

    assert _value(district, autumn) == 5 * 267  # 266 sections, one of them in two class periods
    assert district.counts["lessons"] == 6 * 5 * 267
    assert district.counts["attendance"] > 1_000
    assert district.report["StudentSchoolAttendanceEvent: not on a day with lessons"] > 1_000


def test_every_student_has_a_class_and_a_school(district: Loaded):
    assert _value(
        district,
        "SELECT count(DISTINCT e.person_id) FROM journal.enrollments e"
        " JOIN journal.groups g ON g.id = e.group_id AND g.kind = 'class'",
    ) == 960  # fmt: skip
    sizes = (
        "SELECT count(*) FROM journal.enrollments e"
        " JOIN journal.groups g ON g.id = e.group_id AND g.kind = 'class' GROUP BY g.id"
    )
    assert _value(district, f"SELECT min(count) FROM ({sizes}) s") == 79


def test_no_student_is_in_two_sections_at_once(district: Loaded):
    assert _value(
        district,
        "SELECT count(*) FROM (SELECT e.person_id, l.starts_at FROM journal.enrollments e"
        " JOIN journal.lessons l ON l.group_id = e.group_id AND l.day = '2021-09-15'"
        " GROUP BY 1, 2 HAVING count(*) > 1) twice",
    ) == 0  # fmt: skip


def test_what_is_inferred_or_left_out_is_reported(district: Loaded):
    report = district.report

    assert report["students placed in a school by grade, not by an attendance record"] == 733
    assert report["contacts of no student (kept as persons)"] == 1
    assert report["EducationOrganization/Location: no place in a journal"] == 56
    assert report["posts in the district's office, which is no school"] == 3
    inferred = "seats inferred, for want of StudentSectionAssociation (status: inferred)"
    assert report[inferred] == _value(
        district, "SELECT count(*) FROM journal.enrollments WHERE status = 'inferred'"
    )


def test_the_district_can_be_exported(district: Loaded, tmp_path: Path):
    created_at = datetime(2022, 6, 1, tzinfo=UTC)
    manifest = export(district.url, tmp_path, created_at=created_at, export_id=uuid4())

    assert {file.table: file.rows for file in manifest.tables} == {
        table: district.counts[table] for table in TABLES
    }


async def test_a_real_pupils_week(district: Loaded):
    database = await Database.open(district.url)
    journal = Journal(database, FixedClock(datetime(2021, 9, 1, tzinfo=UTC)), TIME_ZONE)
    window = Window(first=date(2021, 8, 30), last=date(2021, 9, 5))
    diary = await journal.diary("student-604822", window)
    await database.close()

    assert diary.time_zone == "America/Chicago"
    assert {entry.lesson.starts_at.utcoffset() for entry in diary.lessons} == {timedelta(hours=-5)}
    algebra = [entry for entry in diary.lessons if entry.lesson.subject.name == "Algebra I"]
    assert len(algebra) == 5
    marked = [entry for entry in algebra if entry.marks]
    assert [(mark.scale, mark.work.name) for entry in marked for mark in entry.marks] == [
        ("100", "Assignment 3")
    ]
    away = [entry.attendance for entry in diary.lessons if entry.lesson.starts_at.day == 31]
    assert {note.code for notes in away for note in notes} == {"excused"}
    assert all(notes for notes in away)


def test_a_folder_without_files_says_what_to_copy(tmp_path: Path):
    with pytest.raises(EdFiError, match="EducationOrganization"):
        next(district_batches(tmp_path, Counter()))
