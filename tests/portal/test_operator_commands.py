"""`myedu regions`, `people` and `audit`: what they show, and what they leave in the audit."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import msgspec
import psycopg
import pytest

from myedu.kit.clock import SystemClock
from myedu.portal.audit import service as audit
from myedu.portal.exports.schedules import schedule
from myedu.portal.people.models import System
from myedu.portal.people.service import register_system
from tests.portal.conftest import Rows

SNILS = "16013959652"
WHY = ("--reason", "complaint 123")


class Console(msgspec.Struct, frozen=True):
    """The programs over one database."""

    url: str

    def run(self, *words: str, status: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "myedu.cli", *words],
            env={**os.environ, "MYEDU_DATABASE_URL": self.url},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == status, done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout if status == 0 else done.stderr

    def lines(self, action: str) -> list[tuple[str, str, dict[str, str]]]:
        with psycopg.connect(self.url) as conn:
            return conn.execute(
                "SELECT actor_relation, person_id, detail FROM audit.lines WHERE action = %s ORDER BY id",
                [action],
            ).fetchall()


@pytest.fixture(scope="module")
async def console(fresh_database: Callable[..., str]) -> Console:
    url, now = fresh_database("myedu.portal"), SystemClock().now()
    async with await psycopg.AsyncConnection.connect(url) as conn:
        await conn.execute("SELECT people.open_region('14'), people.open_region('25')")
        for region, name in (("14", "s1"), ("25", "s2")):
            base = {"base_url": "http://127.0.0.1:1", "client_id": "portal", "registered_at": now}
            await register_system(conn, System(id=name, region=region, name=f"Журнал {region}", **base))
        await schedule(conn, "s1", time(2, 30), ZoneInfo("Asia/Yakutsk"), now)
        rows = Rows(conn)
        await rows.school()
        await rows.pupil("p1", last_name="Ковалёва", first_name="Мария", birth_date=date(2012, 5, 20))
        await rows.person("t1", last_name="Орлова", first_name="Тамара", snils=SNILS)
        await rows.add("staff", id="post", person_id="t1", organization_id="o1", role="teacher")
        await audit.record(
            conn, at=now - timedelta(days=1), action="diary.read", actor_account=uuid4(),
            actor_relation="guardian", region="14", system_id="s1", person_id="p1", detail={"page": "week"},
        )  # fmt: skip
        await audit.record(
            conn, at=datetime(2020, 1, 1, tzinfo=UTC), action="diary.read", actor_account=None,
            actor_relation="system", region="14", system_id="s1", person_id="p1",
        )  # fmt: skip
    return Console(url)


def test_regions_are_listed_with_their_systems(console: Console) -> None:
    head, first, second = console.run("regions", "list").splitlines()
    assert head.split()[:2] == ["region", "system"]
    assert first.split()[:4] == ["14", "s1", "Журнал", "14"]
    assert "02:30 Asia/Yakutsk" in first
    assert second.startswith("25")
    assert [one["system_id"] for one in msgspec.json.decode(console.run("regions", "list", "--json"))] == [
        "s1",
        "s2",
    ]


def test_packages_are_listed_and_those_that_wait_come_first(console: Console) -> None:
    assert console.run("exports", "list") == "no package is found\n"
    ids = [str(uuid4()) for _ in range(2)]
    with psycopg.connect(console.url) as conn:
        for export_id, system, state, code in (
            (ids[0], "s1", "applied", None),
            (ids[1], "s2", "held", "many-absent"),
        ):
            conn.execute(
                "INSERT INTO exports.packages (system_id, region, export_id, mode, created_at, received_at,"
                " applied_at, state, code, reason) VALUES (%(system)s, '14', %(id)s, 'full', now(), now(),"
                " CASE WHEN %(state)s = 'applied' THEN now() END, %(state)s, %(code)s, %(code)s)",
                {"system": system, "id": export_id, "state": state, "code": code},
            )
    _, first, second = console.run("exports", "list").splitlines()
    assert first.split()[1:5] == ["s2", ids[1], "held", "full"]
    assert second.split()[1:4] == ["s1", ids[0], "applied"]
    (held,) = msgspec.json.decode(console.run("exports", "list", "--held", "--json"))
    assert (held["export_id"], held["code"]) == (ids[1], "many-absent")
    assert console.run("exports", "list", "--system", "s1").splitlines()[1:] == [second]
    assert "not registered: s9" in console.run("exports", "list", "--system", "s9", status=1)
    assert console.run("exports", "problems", "s1", ids[0], "--json") == "[]\n"
    with psycopg.connect(console.url) as conn:
        conn.execute("DELETE FROM exports.packages")


def test_a_person_is_found_by_snils_however_it_is_written_and_by_name(console: Console) -> None:
    found = console.run("people", "find", "--snils", "160-139-596 52", *WHY)
    assert "Орлова Тамара" in found
    assert "teacher, Школа № 1" in found
    assert SNILS not in found
    by_name = console.run("people", "find", "--region", "14", "--last-name", "КОВАЛЕВА", *WHY)
    assert "Ковалёва Мария" in by_name
    assert "5 «А», Школа № 1" in by_name
    (one,) = msgspec.json.decode(
        console.run(
            "people",
            "find",
            "--region",
            "14",
            "--last-name",
            "Ковалёва",
            "--born",
            "2012-05-20",
            "--json",
            *WHY,
        )
    )
    assert (one["id"], one["has_snils"], one["guardians"]) == ("p1", False, 0)


def test_a_search_leaves_its_reason_with_everyone_whom_it_shows(console: Console) -> None:
    before = len(console.lines("person.find"))
    console.run("people", "find", "--snils", SNILS, *WHY)
    assert console.lines("person.find")[before:] == [("operator", "t1", {"reason": "complaint 123"})]
    assert console.run("people", "find", "--esia-oid", "nobody", *WHY) == "nobody is found\n"
    assert len(console.lines("person.find")) == before + 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--snils", "1"), "is no SNILS"),
        (("--snils", "16013959653"), "is no SNILS"),
        (("--last-name", "Орлова"), "needs --region"),
        ((), "say whom"),
    ],
)
def test_a_question_that_is_none_is_explained(
    console: Console, words: tuple[str, ...], sentence: str
) -> None:
    assert sentence in console.run("people", "find", *words, *WHY, status=1)


def test_a_reason_is_needed(console: Console) -> None:
    assert "--reason" in console.run("people", "find", "--snils", SNILS, status=2)
    assert "too short" in console.run("people", "find", "--snils", SNILS, "--reason", "x", status=1)
    assert "needs --reason" in console.run("audit", "list", "--person", "14", "s1", "p1", status=1)


def test_the_audit_of_a_person_is_listed_and_the_look_is_a_line(console: Console) -> None:
    reads_of_person = ("--person", "14", "s1", "p1", "--action", "diary.read")
    listed = console.run("audit", "list", *reads_of_person, *WHY)
    assert listed.count("diary.read") == 1  # the other is older than a week
    assert "14/s1/p1" in listed
    older = console.run(
        "audit",
        "list",
        "--person",
        "14",
        "s1",
        "p1",
        "--action",
        "diary.read",
        "--days",
        "9999",
        "--json",
        *WHY,
    )
    assert len(msgspec.json.decode(older)) == 2
    assert console.lines("audit.read")[-1] == ("operator", "p1", {"reason": "complaint 123"})
    assert "audit.read" in console.run("audit", "list", "--limit", "1")


def test_a_journal_is_paused_resumed_and_woken(console: Console) -> None:
    assert "s1: paused" in console.run("portal", "pause", "s1")
    assert "is paused already" in console.run("exports", "pause", "s1")
    assert "is asked again" in console.run("portal", "resume", "s1")
    assert "isn't paused" in console.run("portal", "resume", "s1")
    assert "the next read is tried" in console.run("portal", "wake", "s1")
    for deed in ("pause", "resume", "wake"):
        assert "not registered" in console.run("portal", deed, "nobody", status=1)
        assert [line[:2] for line in console.lines(f"journal.{deed}")] == [("operator", None)]
