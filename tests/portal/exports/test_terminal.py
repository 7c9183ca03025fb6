"""`myedu exports load | refuse`: what an operator does with a package without a browser."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from myedu.kit.clock import FixedClock, SystemClock
from myedu.portal.exports.service import Tools, load_folder
from tests.portal.exports.packages import a_school, altered, cell, spoil, without

Write = Callable[..., Path]
Ask = Callable[..., list[Any]]


def typed(url: str, spool: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    key = spool.parent / "portal.pem"
    key.write_text("not used\n")
    settings = {"MYEDU_DATABASE_URL": url, "MYEDU_SPOOL": str(spool), "MYEDU_JOURNAL_KEY": str(key)}
    command = [sys.executable, "-m", "myedu.cli", "exports", *words]
    return subprocess.run(
        command, env={**os.environ, **settings}, capture_output=True, text=True, timeout=120
    )


async def test_a_package_is_loaded_and_a_held_one_refused(
    tools: Tools, write: Write, ask: Ask, clock: FixedClock, url: str
) -> None:
    clock.set(SystemClock().now() - timedelta(days=1))  # the program has no other
    school = a_school(30)
    loaded = typed(url, tools.spool, "load", "r25-a", str(write(school)))
    assert loaded.returncode == 0, loaded.stderr
    assert "applied" in loaded.stdout
    clock.advance(timedelta(days=1))
    rows = altered(
        without(school, "enrollments", *(f"e{number}" for number in range(1, 31))), "persons", "p2", sex="f"
    )
    folder = write(rows)
    spoil(folder, "persons", cell("persons", 2, "deleted", "true"))
    asked = typed(url, tools.spool, "load", "r25-a", str(folder), "--dry-run").stdout
    assert "30 archived, 0 restored, 0 erased" in asked
    assert "1 changed, 0 archived, 0 restored, 1 erased" in asked
    assert "changed are sex in 1" in asked
    assert (await load_folder(tools, "r25-a", folder)).state == "held"
    for expected in (0, 1):  # there is nothing to refuse the second time
        refused = typed(url, tools.spool, "refuse", "r25-a", folder.name)
        assert refused.returncode == expected
        assert "Traceback" not in refused.stderr
    assert "is not held" in refused.stderr
    assert ask("SELECT state, code FROM exports.packages WHERE state <> 'applied'") == [
        ("refused", "refused-by-operator")
    ]
    assert ask("SELECT actor_account, actor_relation FROM audit.lines WHERE action = 'export.refuse'") == [
        (None, "operator")
    ]


async def test_problems_are_told_and_so_is_that_there_are_none(tools: Tools, write: Write, url: str) -> None:
    folder = write(a_school())
    unknown = typed(url, tools.spool, "problems", "r25-a", folder.name)
    assert unknown.returncode == 1
    assert f"no package {folder.name} of r25-a was seen" in unknown.stderr
    await load_folder(tools, "r25-a", folder)
    assert "no problems" in typed(url, tools.spool, "problems", "r25-a", folder.name).stdout
