"""The roster: what is refused, and the export made of it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from myedu.connector.adapters.netschool.package import export_tables
from myedu.connector.adapters.netschool.roster import Roster, RosterError, enrolled_students, read_roster
from myedu.connector.adapters.netschool.source import read_neighbours
from myedu.connector.adapters.netschool.translate import subject_ref
from myedu.contract.snils import normalise_snils
from myedu.contract.tables import REFERENCES, TABLES

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)


@pytest.fixture
def write(tmp_path: Path, roster: Roster) -> Callable[[Callable[[dict[str, Any]], None]], Path]:
    """A roster file with one thing changed."""

    def written(change: Callable[[dict[str, Any]], None]) -> Path:
        content = json.loads(msgspec.json.encode(roster))
        change(content)
        path = tmp_path / "roster.json"
        path.write_text(json.dumps(content))
        return path

    return written


def test_a_roster_is_read_back(write: Any, roster: Roster) -> None:
    assert read_roster(write(lambda content: None)) == roster


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda roster: roster["students"][0].update(class_id="10-x"), "class 10-x.*add it"),
        (lambda roster: roster["classes"][0].update(school_id="11"), "school 11"),
        (lambda roster: roster["guardians"][0].update(children=["9"]), "student 9"),
        (lambda roster: roster["schools"][0].update(time_zone="Asia/Nowhere"), "is not a time zone"),
        (lambda roster: roster["students"][1].update(id="1"), "two entries have the id 1"),
        (lambda roster: roster["students"][1].update(snlis="1"), "snlis"),
        (lambda roster: roster.update(region="Приморье"), "region"),
        (lambda roster: roster.update(schools=[]), "no school"),
    ],
)
def test_a_contradiction_is_refused(write: Any, change: Any, words: str) -> None:
    with pytest.raises(RosterError, match=words):
        read_roster(write(change))


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(RosterError, match="give the path"):
        read_roster(tmp_path / "none.json")


def test_the_export_has_every_table_and_no_loose_reference(roster: Roster) -> None:
    tables = export_tables(roster, ["Физика", " Физика ", "История"], [], NOW)
    assert list(tables) == list(TABLES)
    ids = {name: {row.id for row in rows} for name, rows in tables.items()}
    for name, rows in tables.items():
        assert len(ids[name]) == len(rows)
        for column, target in REFERENCES[name].items():
            assert {getattr(row, column) for row in rows} - {None} <= ids[target], (name, column)
    assert {name: len(rows) for name, rows in tables.items()} == {
        "organizations": 1, "periods": 4, "groups": 1, "subjects": 2, "persons": 3,
        "enrollments": 2, "guardianships": 2, "staff": 0, "teaching": 0,
    }  # fmt: skip


def test_subjects_of_the_export_are_those_of_the_lessons(roster: Roster) -> None:
    tables = export_tables(roster, ["Физика"], [], NOW)
    assert tables["subjects"][0].id == subject_ref("10", "Физика").id


def test_invented_snils_are_valid(roster: Roster) -> None:
    people = (*roster.students, *roster.guardians)
    assert all(person.snils and normalise_snils(person.snils) == person.snils for person in people)


def test_organisations_with_one_inn_stay_apart(roster: Roster, recordings: Path) -> None:
    neighbours = read_neighbours(recordings)
    rows = export_tables(roster, [], neighbours, NOW)["organizations"]
    assert len(rows) == 19
    assert len({row.id for row in rows}) == 19
    assert {row.kind for row in rows} == {"school", "kindergarten"}
    # Text as it is in the file, without the stray spaces.
    assert {row.name for row in rows} >= {" ".join(school.name.split()) for school in neighbours}


def test_students_sit_in_their_school(roster: Roster) -> None:
    assert {student: enrolled.school.id for student, enrolled in enrolled_students(roster).items()} == {
        "1": "10",
        "2": "10",
    }
