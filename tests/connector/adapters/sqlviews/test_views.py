"""Ten views and no code: what they give, and the errors of wrong views."""

import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from myedu.connector.__main__ import main as connector
from myedu.connector.adapters.program import AdapterError
from myedu.connector.adapters.sqlviews.__main__ import SqlViewsSettings, journal_of, main
from myedu.connector.adapters.sqlviews.package import write_package_of
from myedu.connector.adapters.sqlviews.source import ViewError, open_source
from myedu.connector.adapters.sqlviews.system import ViewsJournal
from myedu.connector.sdk.package_folder import rows_of
from myedu.connector.simple.system import SimpleSystem
from myedu.contract.tables import TABLES
from myedu.contract.windows import Window, week_of
from myedu.kit.clock import SystemClock
from tests.conftest import Server
from tests.connector.adapters.sqlviews.conftest import TODAY, settings_for
from tests.connector.adapters.sqlviews.school import OTHER, PUPIL, TEACHER, ZONE, year_of

WEEK = week_of(TODAY - timedelta(days=7))


@pytest.fixture
def system(journal: ViewsJournal) -> SimpleSystem:
    return SimpleSystem(journal, SystemClock())


async def test_a_week_of_both_groups_arrives(system: SimpleSystem) -> None:
    diary = await system.diary(PUPIL, WEEK)
    assert diary is not None
    assert (diary.organization.name, diary.group.name) == ("Школа № 3 села Лесное", "7 «А»")
    assert (diary.time_zone, len(diary.lessons)) == (ZONE, 5 * 4)
    first = diary.lessons[0]
    assert first.lesson.subject.name == "Алгебра"
    assert first.lesson.starts_at.isoformat() == f"{WEEK.first}T09:00:00+09:00"
    assert [teacher.name for teacher in first.lesson.teachers] == ["Светлова Анна Павловна"]
    assert [task.text for task in first.homework] == ["п. 14, № 5"]
    assert len(first.marks) == 1
    assert {entry.lesson.group.name for entry in diary.lessons} == {"7 «А»", "7 «А», группа 2"}


async def test_a_task_of_one_pupil_is_theirs_alone(system: SimpleSystem) -> None:
    own, others = await system.homework(OTHER, WEEK), await system.homework(PUPIL, WEEK)
    assert [task.individual for task in own.homework if task.text == "доклад"] == [True] * 5
    assert "доклад" not in [task.text for task in others.homework]
    assert [task.none for task in others.homework].count(True) == 5


async def test_the_optional_views_declare_themselves(system: SimpleSystem) -> None:
    assert set(system.capabilities().capabilities) == {"diary", "attendance", "final-marks", "teachers"}
    absences = await system.attendance(OTHER, WEEK)
    assert {absence.code for absence in absences.attendance} == {"late"}
    finals = await system.final_marks(PUPIL, year_of(TODAY))
    assert [(mark.value, mark.period.name) for mark in finals.final_marks] == [("5", "Четверть 1")]
    lessons = await system.teacher_schedule(TEACHER, WEEK)
    assert (len(lessons.lessons), lessons.organization.id) == (15, "1")


@pytest.mark.parametrize("stranger", ["3", "x", "1 OR 1=1", "'", "99999999999999999999", "01", "1.0", "-1"])
async def test_an_outsider_finds_nothing(system: SimpleSystem, stranger: str) -> None:
    """A teacher's number, and texts that aren't numbers, in columns of numbers."""
    assert await system.diary(stranger, WEEK) is None
    if stranger != "3":
        assert await system.teacher_schedule(stranger, WEEK) is None


async def test_days_outside_an_enrollment_are_empty(system: SimpleSystem) -> None:
    before = Window(first=TODAY.replace(year=TODAY.year - 2), last=TODAY.replace(year=TODAY.year - 2))
    diary = await system.diary(PUPIL, before)
    assert diary is not None
    assert diary.lessons == ()


def test_the_export_is_whole_then_a_delta_by_comparing(journal: ViewsJournal, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    full = write_package_of(journal, tmp_path / "out", now)
    counts = {table.table: table.rows for table in full.tables}
    assert (counts["persons"], counts["enrollments"], counts["guardianships"], counts["teaching"]) == (
        6,
        3,
        2,
        4,
    )
    delta = write_package_of(journal, tmp_path / "out", now + timedelta(minutes=1))
    assert delta.mode == "delta"
    assert sum(table.rows for table in delta.tables) == 0


async def test_padded_columns_and_placeholders_are_read_as_meant(
    changed: Callable[[str], SqlViewsSettings], tmp_path: Path
) -> None:
    journal = journal_of(
        changed(
            "UPDATE human SET father = '-', family = family || '   '; UPDATE hour SET room = '---';"
            "UPDATE note SET value = value || '    ';"
            "UPDATE task SET body = '---Не указана---' WHERE body <> ''"
        )
    )
    system = SimpleSystem(journal, SystemClock())
    diary = await system.diary(PUPIL, WEEK)
    journal.close()
    assert {entry.lesson.room for entry in diary.lessons} == {None}
    assert {mark.value for entry in diary.lessons for mark in entry.marks} <= {"2", "3", "4", "5"}
    tasks = [task for entry in diary.lessons for task in entry.homework]
    assert {(task.text, task.none) for task in tasks} == {("", True)}
    manifest = write_package_of(journal, tmp_path / "out", datetime.now(UTC))
    names = {row[3:6] for row in map(tuple, rows_of(tmp_path / "out", manifest, "persons"))}
    assert ("Попов", "Эрчим", "") in names


async def test_a_journal_with_columns_of_fixed_width(
    real_data: Path, postgres: Server, tmp_path: Path
) -> None:
    """PostgreSQL pads CHAR(n): the ids, codes and marks of an old journal."""
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as conn:
        conn.execute("DROP DATABASE IF EXISTS sqlviews_padded")
        conn.execute("CREATE DATABASE sqlviews_padded")
    url = postgres.url("sqlviews_padded")
    script = (real_data / "cases/14-char-padded/views.sql").read_text(encoding="utf-8")
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(script)  # type: ignore[call-overload]
    journal = journal_of(settings_for(url))
    manifest = write_package_of(journal, tmp_path / "out", datetime.now(UTC))
    assert {table.table: table.rows for table in manifest.tables}["enrollments"] == 1
    day = date(2026, 11, 30)
    diary = await SimpleSystem(journal, SystemClock()).diary("p1", Window(first=day, last=day))
    journal.close()
    assert diary.group.name == "7 «В»"
    assert sorted(mark.value for entry in diary.lessons for mark in entry.marks) == ["4", "5"]


def test_views_that_know_what_changed_make_the_delta(
    changed: Callable[[str], SqlViewsSettings], tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    old, new = (now - timedelta(days=3)).isoformat(), (now + timedelta(minutes=1)).isoformat()
    names = [*TABLES]
    journal = journal_of(
        changed(
            "".join(
                f"CREATE TABLE base_{name} AS SELECT * FROM v_{name}; DROP VIEW v_{name};"
                f"CREATE VIEW v_{name} AS SELECT *, '{old}' AS updated_at, 0 AS deleted FROM base_{name};"
                for name in names
            )
        )
    )
    assert journal.has("changed_since")
    write_package_of(journal, tmp_path / "out", now)
    changed(
        "DROP VIEW v_persons; CREATE VIEW v_persons AS SELECT *,"
        f" CASE WHEN id IN (1, 2) THEN '{new}' ELSE '{old}' END AS updated_at,"
        " id = 2 AS deleted FROM base_persons"
    )
    delta = write_package_of(journal, tmp_path / "out", now + timedelta(minutes=2))
    rows = {table.table: table.rows for table in delta.tables if table.rows}
    assert rows == {"persons": 2}
    assert [(row[0], row[2]) for row in rows_of(tmp_path / "out", delta, "persons")] == [
        ("1", "false"),
        ("2", "true"),
    ]


def test_all_errors_of_the_views_are_reported_at_once(changed: Callable[[str], SqlViewsSettings]) -> None:
    settings = changed(
        "DROP VIEW v_periods; DROP VIEW v_marks; CREATE VIEW v_marks AS SELECT id, human AS person_id,"
        " 1 AS subject, '2026-09-01' AS day, value FROM note;"
    )
    with pytest.raises(AdapterError) as caught:
        journal_of(settings)
    message = str(caught.value)
    assert "v_periods: there is no such view" in message
    assert "v_marks: the column subject_id is missing (is it subject?)" in message
    assert "v_marks: unknown column subject" in message


def test_without_the_optional_views_less_is_declared(changed: Callable[[str], SqlViewsSettings]) -> None:
    views = ("v_attendance", "v_final_marks", "v_teaching", "v_staff")
    journal = journal_of(changed("".join(f"DROP VIEW {view};" for view in views)))
    assert SimpleSystem(journal, SystemClock()).capabilities().capabilities == ("diary",)
    assert next(journal.lessons(PUPIL, WEEK.first, WEEK.last))["subject"] == "Алгебра"
    assert list(journal.staff()) == []


async def test_a_lesson_in_another_room(changed: Callable[[str], SqlViewsSettings]) -> None:
    settings = changed(
        "CREATE TABLE planned (id INTEGER PRIMARY KEY, room VARCHAR(20));"
        " INSERT INTO planned SELECT min(id), '214' FROM hour GROUP BY form, day;"
        " ALTER TABLE hour RENAME TO hours; CREATE VIEW hour AS SELECT * FROM hours;"
        " DROP VIEW v_lessons; CREATE VIEW v_lessons AS SELECT h.id, h.form AS group_id,"
        " h.discipline AS subject_id, h.day, h.begins AS starts_at, h.ends AS ends_at, h.room,"
        " p.room AS replaces_room FROM hours h LEFT JOIN planned p ON p.id = h.id"
    )
    diary = await SimpleSystem(journal_of(settings), SystemClock()).diary(PUPIL, WEEK)
    assert diary is not None
    planned = [entry.lesson.planned_room for entry in diary.lessons]
    assert set(planned) == {"214", None}
    assert not any(entry.lesson.is_substitution for entry in diary.lessons)


def test_a_broken_view_is_named_without_values(changed: Callable[[str], SqlViewsSettings]) -> None:
    journal = journal_of(changed(""))
    changed("DROP TABLE note")
    with pytest.raises(ViewError, match=r"v_marks can't be read: .*note"):
        list(journal.marks(PUPIL, WEEK.first, WEEK.last))


@pytest.mark.parametrize(
    ("database", "writes"),
    [("sqlite", "DELETE FROM note RETURNING id"), ("postgresql", "SELECT lo_creat(-1)")],
)
def test_nothing_can_be_written(database: str, writes: str, request: pytest.FixtureRequest) -> None:
    source = open_source(str(request.getfixturevalue(f"{database}_school")), "", 5)
    with pytest.raises(ViewError, match=r"(?i)v_marks can't be read: .*read-?only"):
        list(source.rows("v_marks", writes))
    source.close()


def test_a_slow_view_is_given_up(sqlite_school: Path, postgresql_school: str) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    began = time.monotonic()
    for database in (str(sqlite_school), postgresql_school):
        source = open_source(database, "", 0.2)
        with pytest.raises(ViewError, match=r"v_slow can't be read: .*(interrupted|timeout)"):
            list(source.rows("v_slow", endless))
        source.close()
    assert time.monotonic() - began < 5


def test_connections_are_kept_and_a_new_answer_is_seen(
    journal: ViewsJournal, request: pytest.FixtureRequest
) -> None:
    assert len(list(journal.persons())) == 6
    name = request.node.callspec.params["journal"]
    found = request.getfixturevalue(f"{name}_school")
    with sqlite3.connect(found) if name == "sqlite" else psycopg.connect(found) as other:
        other.execute("INSERT INTO human VALUES (7, 'Новый', 'Лев', NULL, '2013-01-01')")
        other.commit()
        assert len(list(journal.persons())) == 7
        other.execute("DELETE FROM human WHERE id = 7")
        other.commit()


def connect_of_a_vendor() -> sqlite3.Connection:
    return sqlite3.connect(PLACE[0], check_same_thread=False)


PLACE: list[Path] = []


def test_a_driver_of_the_vendors_own(sqlite_school: Path) -> None:
    PLACE[:] = [sqlite_school]
    connect = f"{__name__}:connect_of_a_vendor"
    journal = journal_of(settings_for("", connect=connect))
    assert len(list(journal.persons())) == 6
    journal.close()


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--database", "nowhere.sqlite"], "nowhere.sqlite is not a file"),
        ([], "name one: --database"),
        (["--connect", "os.path:nothing"], "write package.module:function"),
        (["--database", "postgresql://127.0.0.1:1/x"], "the database can't be opened"),
    ],
)
def test_the_command_reports_what_is_wrong(
    flags: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", "--vendor", "В", "--product", "Ж", "--region", "14", *flags]) == 2
    assert message in capsys.readouterr().err


def test_the_command_writes_a_package(
    sqlite_school: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = ["--database", str(sqlite_school), "--vendor", "В", "--product", "Ж", "--region", "14"]
    assert connector(["export", "sqlviews", *flags, "--exports", str(tmp_path / "out")]) == 0
    assert Path(capsys.readouterr().out.strip(), "manifest.json").is_file()
