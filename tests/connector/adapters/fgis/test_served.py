"""A journal of the federal profile, served as the contract."""

import socket
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from myedu.connector.adapters.fgis.__main__ import FgisSettings, journal_of, main
from myedu.connector.adapters.fgis.models import enrolled_students, read_people
from myedu.connector.adapters.fgis.system import FgisSystem
from myedu.connector.adapters.program import AdapterError
from myedu.connector.sdk.package_folder import latest_package, rows_of
from myedu.contract.answers import Diary
from myedu.contract.problems import ContractError
from myedu.contract.tables import columns
from myedu.contract.windows import week_of
from tests.connector.adapters.fgis.journal import federal_journal, people_file
from tests.connector.sdk.school import PUPIL

WEEK = week_of(date(2026, 11, 25))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[FgisSettings]:
    with federal_journal(tmp_path, free_port()) as found:
        yield found


@pytest.fixture
async def system(settings: FgisSettings) -> AsyncIterator[FgisSystem]:
    made = journal_of(settings)
    yield made
    await made.close()


async def test_a_week_has_the_ids_of_the_export(system: FgisSystem) -> None:
    diary = await system.diary(PUPIL, WEEK)
    assert isinstance(diary, Diary)
    assert (diary.organization.id, diary.group.id, len(diary.lessons)) == ("org-1", "9b", 10)
    assert {entry.lesson.subject.id for entry in diary.lessons} == {"maths", "rus"}
    assert {entry.lesson.group.id for entry in diary.lessons} == {"9b"}
    assert [entry.lesson.replaces.subject.id for entry in diary.lessons if entry.lesson.replaces] == ["maths"]
    tasks = [task for entry in diary.lessons for task in entry.homework]
    assert ({task.text for task in tasks}, sum(task.none for task in tasks)) == ({"№ 312, 315", ""}, 5)
    assert [mark.value for entry in diary.lessons for mark in entry.marks] == ["5", "4"]


async def test_the_parts_are_the_diary(system: FgisSystem) -> None:
    diary = await system.diary(PUPIL, WEEK)
    lessons = await system.schedule(PUPIL, WEEK)
    assert lessons.lessons == tuple(entry.lesson for entry in diary.lessons)
    assert (await system.marks(PUPIL, WEEK)).marks == tuple(m for entry in diary.lessons for m in entry.marks)
    assert [absence.code for absence in (await system.attendance(PUPIL, WEEK)).attendance] == ["late"]
    assert len((await system.homework(PUPIL, WEEK)).homework) == 10


async def test_an_outsider_finds_nothing(system: FgisSystem) -> None:
    for stranger in ("p-mother", "1563978", "x"):
        assert await system.diary(stranger, WEEK) is None


async def test_a_dead_journal_is_unavailable(tmp_path: Path) -> None:
    with federal_journal(tmp_path, free_port()) as settings:
        pass
    system = journal_of(settings)
    with pytest.raises(ContractError) as caught:
        await system.diary(PUPIL, WEEK)
    await system.close()
    assert (caught.value.problem.status, caught.value.retry_after) == (503, 30)


def test_the_export_is_the_file(settings: FgisSettings) -> None:
    journal_of(settings)
    first = latest_package(settings.exports)
    assert {table.table: table.rows for table in first.tables}["persons"] == 4
    assert first.region == "25"


def test_placeholders_of_the_file_are_nothing_set(settings: FgisSettings) -> None:
    file = msgspec.json.decode(settings.people.read_bytes())
    for person in file["tables"]["persons"]:
        person.update(middle_name="-", snils="---", last_name="-")
    settings.people.write_bytes(msgspec.json.encode(file))
    journal_of(settings)
    manifest = latest_package(settings.exports)
    rows = [
        dict(zip(columns("persons"), row, strict=True))
        for row in rows_of(settings.exports, manifest, "persons")
    ]
    # A name that is required stays: without it nobody would be in the package.
    assert {(row["last_name"], row["middle_name"], row["snils"]) for row in rows} == {("-", "", "")}


def without_accounts(file: Any) -> Any:
    for person in file["tables"]["persons"]:
        person.pop("esia_oid", None)
    return file


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda file: file | {"region": "x"}, "region"),
        (lambda file: file | {"tables": {"people": []}}, "people is not a table"),
        (
            lambda file: file | {"tables": file["tables"] | {"groups": []}},
            "group_id names no row of the file",
        ),
        (lambda file: {"region": "25"}, "tables"),
        (without_accounts, "1 of 1 enrolled persons have no esia_oid"),
    ],
)
def test_an_error_in_the_file_names_its_place(
    change: Callable[[Any], Any], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "people.json"
    path.write_bytes(msgspec.json.encode(change(msgspec.json.decode(people_file()))))
    with pytest.raises(AdapterError, match=message):
        enrolled_students(read_people(path), "Europe/Moscow")


def test_the_command_names_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve"]) == 2
    assert "MYEDU_FGIS_JOURNAL_URL is not set" in capsys.readouterr().err
    flags = {
        "journal-url": "http://127.0.0.1:9",
        "client-id": "a",
        "key": "no.pem",
        "vendor": "В",
        "product": "Ж",
    }
    given = [part for name, value in flags.items() for part in (f"--{name}", value)]
    assert main(["serve", *given, "--people", str(tmp_path / "no.json")]) == 2
    assert "no.json can't be read" in capsys.readouterr().err
    (tmp_path / "people.json").write_bytes(people_file())
    assert main(["serve", *given, "--people", str(tmp_path / "people.json")]) == 2
    assert "the key no.pem can't be read" in capsys.readouterr().err
