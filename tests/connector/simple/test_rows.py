"""A row may be any object with named columns; an error names the table, row and field."""

import sqlite3
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from myedu.connector.simple import nested_columns
from myedu.connector.simple.rows import RowContext, RowError, read_row
from myedu.contract.school import Homework, Lesson, Mark
from myedu.contract.tables import Organization, Person

ZONE = ZoneInfo("Asia/Vladivostok")
AT = datetime(2026, 9, 1, 8, 30, tzinfo=ZONE)
MARK = {"id": 1, "subject_id": 2, "subject": "Алгебра", "day": "2026-09-01", "value": "5"}


def place(table: str = "marks") -> RowContext:
    return RowContext(table, 3, ZONE)


def mark(**changes: Any) -> Mark:
    return read_row(Mark, MARK | changes, place(), nested_columns.nest_mark)


def test_a_row_of_sqlite(tmp_path: Any) -> None:
    db = sqlite3.connect(":memory:")
    db.row_factory = sqlite3.Row
    row = db.execute("SELECT 1 AS id, 'Алгебра' AS subject, '2026-09-01' AS day, 4 AS value").fetchone()
    db.close()
    assert read_row(Mark, row, place(), nested_columns.nest_mark).value == "4"


def test_a_struct_of_the_contract_passes_as_it_is() -> None:
    one = mark()
    assert read_row(Mark, one, place()) is one


def test_a_row_without_names_is_explained() -> None:
    with pytest.raises(RowError, match="row_factory"):
        read_row(Mark, (1, "Алгебра"), place())


def test_values_of_a_database_fit() -> None:
    one = mark(id=UUID(int=5), weight=Decimal("1.5"), counts=0, day=datetime(2026, 9, 1, 0, 0), position="2")  # noqa: DTZ001
    assert (one.id, one.weight, one.counts, one.day, one.position) == (
        str(UUID(int=5)), 1.5, False, date(2026, 9, 1), 2,
    )  # fmt: skip
    assert mark(value=4.0).value == "4"
    assert mark(value=4.5).value == "4.5"
    assert mark(id=9007199254740993).id == "9007199254740993"


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-09-01", "2026-09-01"),
        ("2026-09-01 00:00:00", "2026-09-01"),
        ("2026-09-01T20:00:00Z", "2026-09-02"),  # the next morning in Vladivostok
        (datetime(2026, 9, 1, 20, tzinfo=UTC), "2026-09-02"),
        (date(2026, 9, 1), "2026-09-01"),
    ],
)
def test_a_day_is_the_schools_day(day: Any, expected: str) -> None:
    assert str(mark(day=day).day) == expected


def test_an_instant_keeps_its_own_offset() -> None:
    assert mark(set_at="2026-09-01T00:30:00Z").set_at == AT.replace(hour=10)
    assert mark(set_at="2026-09-01 08:30:00").set_at == AT


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"value": None}, "value", "required"),
        ({"id": ""}, "id", "required"),
        ({"id": "кириллица"}, "id", "matching"),
        ({"subject": None}, "subject", "add the column subject"),
        ({"subject_id": "русский"}, "subject_id", "matching"),
        ({"day": 5}, "day", "2026-09-01"),
        ({"day": "01.09.2026"}, "day", "date"),
        ({"day": "01.09.2026 00:00"}, "day", "2026-09-01"),
        ({"set_at": "01.09.2026 08:30"}, "set_at", "instant"),
        ({"weight": "много"}, "weight", "float"),
        ({"valeu": "5"}, "valeu", "did you mean value"),
        ({"pupil_name": "Ким"}, "pupil_name", "leave it out"),
        ({"value": True}, "value", "str"),
        ({"work": "x" * 65}, "work", "length"),
    ],
)
def test_an_error_names_the_place_of_a_value_and_not_the_value(
    changes: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(RowError) as caught:
        mark(**changes)
    assert (caught.value.table, caught.value.number, caught.value.field) == ("marks", 3, field)
    assert words in caught.value.sentence
    assert not any(value in str(caught.value) for value in ("кириллица", "01.09.2026", "много", "Ким"))


def test_a_substitution() -> None:
    row = {"id": 1, "subject": "История", "starts_at": AT, "ends_at": AT, "replaces_subject_id": 2,
           "replaces_subject": "Алгебра", "replaces_lesson_id": 8, "replaces_room": "214"}  # fmt: skip
    lesson = read_row(Lesson, row, place("lessons"), nested_columns.nest_lesson)
    assert lesson.replaces is not None
    assert lesson.replaces.subject is not None
    assert (lesson.replaces.subject.id, lesson.replaces.lesson_id) == ("2", "8")
    assert lesson.replaces.room == "214"


def test_attachments_are_rows() -> None:
    row = {"id": 1, "subject": "История", "due_on": "2026-09-01", "attachments": "plan.pdf"}
    with pytest.raises(RowError, match="attachments: give a list"):
        read_row(Homework, row, place("homework"), nested_columns.nest_homework)


def test_a_table_of_the_export() -> None:
    row = {"id": 1, "updated_at": AT, "name": "Школа", "kind": "school", "time_zone": "Asia/Tomsk", "inn": ""}
    assert read_row(Organization, row, place("organizations")).inn is None
    with pytest.raises(RowError, match=r"persons: row 3 \(id 7\): first_name: is required"):
        read_row(Person, {"id": 7, "updated_at": AT, "last_name": "Ким"}, place("persons"))
