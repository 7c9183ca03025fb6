"""How commands are declared and run; old names still work, with a warning."""

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import psycopg
import pytest

from myedu.kit.clock import SystemClock
from myedu.portal.__main__ import main
from myedu.portal.commands import Call, Command, CommandFailed, parser_of, run
from myedu.portal.people.models import System
from myedu.portal.people.service import register_system
from tests.portal.conftest import COPY_KEY, Keys
from tests.portal.exports.packages import a_school, package
from tests.portal.silent_esia import silent_esia

NAME = "`{old}` is called `{new}` now: use that name\n"


def toy(calls: list[argparse.Namespace], **fields: object) -> Command:
    async def record(call: Call) -> None:
        calls.append(call.options)

    def arguments(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("what")

    values = {"name": "new", "help": "do it", "run": record, "arguments": arguments, **fields}
    return Command(**values)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def _no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MYEDU_DATABASE_URL", "postgresql://postgres@127.0.0.1:9/nothing")


@pytest.mark.parametrize(
    ("name", "warning"),
    [("new", ""), ("old", NAME.format(old="old", new="new")), ("older", NAME.format(old="older", new="new"))],
)
def test_an_old_name_runs_the_command_with_one_line_of_warning(
    capsys: pytest.CaptureFixture[str], name: str, warning: str
) -> None:
    calls: list[argparse.Namespace] = []
    parser = parser_of("portal", "A portal.", [toy(calls, old_names=("old", "older"))])
    assert run(parser, [name, "it"], ()) == 0
    assert [options.what for options in calls] == ["it"]
    assert capsys.readouterr().err == warning


def test_help_lists_no_old_names() -> None:
    text = parser_of("portal", "A portal.", [toy([], old_names=("old",))]).format_help()
    assert "new" in text
    assert "old" not in text


def test_a_command_is_offered_by_its_programs_only(capsys: pytest.CaptureFixture[str]) -> None:
    commands = [toy([], programs=("jobs",)), toy([], name="other", programs=("portal", "jobs"))]
    parser = parser_of("portal", "A portal.", commands)
    assert run(parser, ["other", "it"], ()) == 0
    with pytest.raises(SystemExit, match="2"):
        run(parser, ["new", "it"], ())
    assert "there is no command new; there are: other" in capsys.readouterr().err


def test_a_failure_is_a_sentence_and_status_1(capsys: pytest.CaptureFixture[str]) -> None:
    async def fail(_: Call) -> None:
        raise CommandFailed("there is no such thing: see the list")

    assert run(parser_of("portal", "", [toy([], run=fail)]), ["new", "it"], ()) == 1
    assert capsys.readouterr().err == "there is no such thing: see the list\n"


# The names that 0.1 had.


@pytest.mark.parametrize(
    ("program", "arguments"),
    [
        ("jobs", ["list"]),
        ("portal", ["schedule", "r25-a", "02:00"]),
        ("portal", ["retry", "r25-a"]),
        ("exports", ["load", "r25-a", "."]),
        ("exports", ["work"]),
    ],
)
def test_a_database_of_another_version_is_named(
    program: str,
    arguments: list[str],
    fresh_database: Callable[..., str],
    portal_keys: Keys,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("MYEDU_DATABASE_URL", fresh_database())
    monkeypatch.setenv("MYEDU_JOURNAL_KEY", str(portal_keys.portal.key))
    monkeypatch.setenv("MYEDU_COPY_KEYS", COPY_KEY)
    for name, value in silent_esia(tmp_path).items():
        monkeypatch.setenv(name, value)
    assert main(arguments, program=program) == 1
    first, second = capsys.readouterr().err.splitlines()[-2:]
    assert re.fullmatch(r"the database is of another version: .* does not exist", first)
    assert second == "Run `myedu portal migrate`."


class Exports(msgspec.Struct, frozen=True):
    """`myedu exports` where the system r25-a is registered."""

    url: str
    spool: Path
    now: datetime

    def put(self, pupils: int, *, minute: int) -> Path:
        """A package of so many pupils, made `minute` minutes later than the first, in the spool."""
        folder = self.spool / "r25-a"
        made = package(folder, a_school(pupils), self.now + timedelta(minutes=minute))
        return folder / str(made.export_id)

    def run(self, *words: str, warning: str = "", status: int = 0) -> str:
        """What the command prints; it must end so, with this warning beside lines about the package."""
        done = self._start(*words)
        assert done.returncode == status, done.stderr
        lines = done.stderr.splitlines(keepends=True)
        assert [line for line in lines if not line.startswith("r25-a ")] == warning.splitlines(keepends=True)
        return done.stdout

    def _start(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "myedu.cli", "exports", *words],
            env={**os.environ, "MYEDU_DATABASE_URL": self.url, "MYEDU_SPOOL": str(self.spool)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )


@pytest.fixture
async def exports(fresh_database: Callable[..., str], tmp_path: Path) -> Exports:
    url, now = fresh_database("myedu.portal"), SystemClock().now() - timedelta(days=1)
    async with await psycopg.AsyncConnection.connect(url) as conn:
        system = System(
            id="r25-a",
            region="25",
            name="Журнал Приморья",
            base_url="http://127.0.0.1:1",
            client_id="portal",
            registered_at=now,
        )
        await register_system(conn, system)
    return Exports(url, tmp_path, now)


def test_packages_are_decided_on_by_the_old_names(exports: Exports) -> None:
    assert "applied" in exports.run("load", "r25-a", str(exports.put(60, minute=0)))

    held = exports.put(5, minute=1)
    assert "held" in exports.run("load", "r25-a", str(held), status=1)
    warning = NAME.format(old="agree", new="approve")
    assert "applied" in exports.run("agree", "r25-a", held.name, warning=warning)

    assert "applied" in exports.run("load", "r25-a", str(exports.put(60, minute=2)))
    warning = NAME.format(old="--agree", new="--approve")
    folder = str(exports.put(5, minute=3))
    assert "applied" in exports.run("load", "r25-a", folder, "--agree", warning=warning)

    assert "applied" in exports.run("load", "r25-a", str(exports.put(60, minute=4)))
    held = exports.put(5, minute=5)
    assert "held" in exports.run("load", "r25-a", str(held), status=1)
    warning = NAME.format(old="refuse", new="reject")
    refused = exports.run("refuse", "r25-a", held.name, warning=warning)
    assert refused == f"r25-a {held.name}: refused\n"


def test_help_shows_the_new_names_only(exports: Exports) -> None:
    commands = {line.split()[0] for line in exports.run("--help").splitlines() if line.startswith("    ")}
    assert {"approve", "reject"} <= commands
    assert not {"agree", "refuse"} & commands
    load = exports.run("load", "--help")
    assert ("--approve" in load, "--agree" in load) == (True, False)
