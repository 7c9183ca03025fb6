"""`myedu exports load | refuse`: what an operator does with a package without a browser."""

import argparse
import os
import pty
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from myedu.kit.clock import FixedClock, SystemClock
from myedu.kit.private_files import write_private
from myedu.portal.__main__ import all_commands
from myedu.portal.commands import parser_of
from myedu.portal.exports.models import LoadContext, PackageRefused
from myedu.portal.exports.service import load_folder, roll_back
from myedu.portal.people.service import register_system
from tests.portal.exports.conftest import SYSTEM
from tests.portal.exports.packages import a_school, altered, cell, id_of, spoil, without
from tests.portal.exports.taking import Ask, Write

Done = subprocess.CompletedProcess[str]


def typed(url: str, spool: Path, *words: str, stdin: int = subprocess.DEVNULL) -> Done:
    key = spool.parent / "portal.pem"
    write_private(key, b"not used\n")
    settings = {"MYEDU_DATABASE_URL": url, "MYEDU_SPOOL": str(spool), "MYEDU_JOURNAL_KEY": str(key)}
    command = [sys.executable, "-m", "myedu.cli", "exports", *words]
    return subprocess.run(
        command, env={**os.environ, **settings}, stdin=stdin, capture_output=True, text=True, timeout=120
    )


def answered(url: str, spool: Path, answer: bytes, *words: str) -> Done:
    """The same at a terminal, where somebody answers."""
    ours, theirs = pty.openpty()
    try:
        os.write(ours, answer)
        return typed(url, spool, *words, stdin=theirs)
    finally:
        os.close(ours)
        os.close(theirs)


async def test_the_exit_status_says_whether_a_package_was_applied(
    context: LoadContext, write: Write, ask: Ask, clock: FixedClock, url: str
) -> None:
    clock.set(SystemClock().now() - timedelta(days=1))  # the program has no other
    school = a_school(30)
    loaded = typed(url, context.spool, "load", "r25-a", str(write(school)))
    assert loaded.returncode == 0, loaded.stderr
    assert "applied" in loaded.stdout
    clock.advance(timedelta(days=1))
    rows = altered(
        without(school, "enrollments", *(f"e{number}" for number in range(1, 31))), "persons", "p2", sex="f"
    )
    folder = write(rows)
    spoil(folder, "persons", cell("persons", 2, "deleted", "true"))
    asked = typed(url, context.spool, "load", "r25-a", str(folder), "--dry-run").stdout
    assert "30 archived, 0 restored, 0 erased" in asked
    assert "1 changed, 0 archived, 0 restored, 1 erased" in asked
    assert "changed in: sex: 1" in asked
    held = typed(url, context.spool, "load", "r25-a", str(folder))
    assert (held.returncode, f"{folder.name}: held" in held.stdout) == (1, True)
    assert held.stderr.splitlines()[-1] == (
        f"r25-a {folder.name} is held: `myedu exports approve r25-a {folder.name}` applies it,"
        " `reject` refuses it"
    )
    for expected in (0, 1):  # there is nothing to refuse the second time
        refused = typed(url, context.spool, "refuse", "r25-a", folder.name)
        assert refused.returncode == expected
        assert "Traceback" not in refused.stderr
    assert "is not held" in refused.stderr
    assert ask("SELECT state, code FROM exports.packages WHERE state <> 'applied'") == [
        ("refused", "refused-by-operator")
    ]
    assert ask("SELECT actor_account, actor_relation FROM audit.lines WHERE action = 'export.refuse'") == [
        (None, "operator")
    ]
    spoilt = write(school)
    (spoilt / "persons.csv").write_bytes(b"id")
    again = typed(url, context.spool, "load", "r25-a", str(spoilt))
    assert (again.returncode, again.stderr.splitlines()[-1]) == (
        1,
        f"r25-a {spoilt.name} is refused: the vendor has to send another package",
    )


async def test_problems_are_told_and_so_is_that_there_are_none(
    context: LoadContext, write: Write, url: str
) -> None:
    folder = write(a_school())
    unknown = typed(url, context.spool, "problems", "r25-a", folder.name)
    assert unknown.returncode == 1
    assert f"no package {folder.name} of r25-a was seen" in unknown.stderr
    await load_folder(context, "r25-a", folder)
    assert "no problems" in typed(url, context.spool, "problems", "r25-a", folder.name).stdout


async def test_problems_come_in_the_order_of_the_tables(context: LoadContext, write: Write, url: str) -> None:
    folder = write(a_school())
    for table, column in (("groups", "kind"), ("enrollments", "ends_on"), ("persons", "sex")):
        spoil(folder, table, cell(table, 2, column, "x"))
    await load_folder(context, "r25-a", folder)
    said = typed(url, context.spool, "problems", "r25-a", folder.name).stdout
    assert [line.split(":")[0] for line in said.splitlines()] == ["groups", "persons", "enrollments"]


def test_help_is_about_the_program_and_says_what_every_argument_is() -> None:
    parser = parser_of("exports", "", all_commands())
    assert "myedu portal" not in parser.format_help()
    (commands,) = (one for one in parser._actions if isinstance(one, argparse._SubParsersAction))
    assert {"load", "agree", "refuse", "roll-back", "problems"} <= set(commands.choices)
    assert not {"serve", "migrate"} & set(commands.choices)
    dumb = [
        f"{name} {argument.dest}"
        for name, command in commands.choices.items()
        for argument in command._actions
        if not argument.help
    ]
    assert dumb == []
    assert "archives or erases much" in " ".join(commands.choices["load"].format_help().split())


async def test_a_roll_back_is_told_before_it_is_done(
    context: LoadContext, write: Write, ask: Ask, clock: FixedClock, url: str
) -> None:
    async with context.database.transaction() as conn:
        await register_system(conn, msgspec.structs.replace(SYSTEM, id="r25-b"))
    folders = [write(a_school(3)), write(a_school(2))]
    for system_id, folder in zip(("r25-a", "r25-b"), folders, strict=True):
        await load_folder(context, system_id, folder)
        clock.advance(timedelta(hours=1))
    persons = "SELECT system_id, count(*) FROM people.persons GROUP BY 1 ORDER BY 1"

    unasked = typed(url, context.spool, "roll-back", "25")
    assert (unasked.returncode, "say --yes" in unasked.stderr) == (1, True)
    declined = answered(url, context.spool, b"\n", "roll-back", "25")
    assert (declined.returncode, "nothing is done" in declined.stderr) == (1, True)
    for said in (unasked.stdout, declined.stdout):
        assert f"the last package is {folders[1].name} of r25-b" in said
        assert "applied 2026-11-23 04:00 UTC" in said
        assert "persons               4 rows, 4 added" in said
    assert "y/N" in declined.stdout
    assert ask(persons) == [("r25-a", 6), ("r25-b", 4)]

    assert answered(url, context.spool, b"y\n", "roll-back", "25").returncode == 0
    assert ask(persons) == [("r25-a", 6)]
    # Of another system of the region the last one can go too; then nothing is left.
    done = typed(url, context.spool, "roll-back", "25", "--yes")
    assert (done.returncode, f"r25-a {folders[0].name}: rolled-back" in done.stdout) == (0, True)
    assert ask(persons) == []
    nothing = typed(url, context.spool, "roll-back", "25", "--yes")
    assert (nothing.returncode, "no package stands in region 25" in nothing.stderr) == (1, True)


async def test_another_package_than_the_one_that_was_told_does_not_go(
    context: LoadContext, write: Write, ask: Ask, clock: FixedClock
) -> None:
    folder = write(a_school())
    await load_folder(context, "r25-a", folder)
    clock.advance(timedelta(hours=1))
    await load_folder(context, "r25-a", write(a_school(2)))
    with pytest.raises(PackageRefused, match="look again"):
        await roll_back(context, "25", id_of(folder))
    assert ask("SELECT count(*) FROM people.persons WHERE archived_at IS NULL") == [4]


def test_a_region_is_two_digits(url: str, tmp_path: Path) -> None:
    done = typed(url, tmp_path, "roll-back", "2'5", "--yes")
    assert (done.returncode, done.stderr) == (1, "2'5 is not the region: its two digits, such as 25\n")
