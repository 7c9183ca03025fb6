"""Packages of plain rows all the way: what `myedu connector export` finds by comparing, the portal does."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

from myedu.connector.simple.export import write_export
from myedu.kit.clock import FixedClock
from myedu.portal.exports.models import LoadContext, Report
from myedu.portal.exports.service import load_folder
from tests.connector.simple.village import Village
from tests.portal.exports.taking import Ask

PUPILS = 200  # of whom one may leave without an operator's agreement


def pupils(count: int) -> list[dict[str, Any]]:
    return [
        {"id": n, "last_name": "Ким", "first_name": "Ян", "birth_date": f"2011-05-{n % 28 + 1:02d}",
         "updated_at": "2026-11-01T10:00:00"}
        for n in range(count)
    ]  # fmt: skip


async def take(context: LoadContext, clock: FixedClock, folder: Path, journal: Village) -> Report:
    clock.advance(timedelta(hours=1))
    manifest = await asyncio.to_thread(write_export, journal, folder, now=clock.now())
    return await load_folder(context, "r25-a", folder / str(manifest.export_id))


async def test_a_full_package_and_two_deltas(
    context: LoadContext, clock: FixedClock, tmp_path: Path, ask: Ask
) -> None:
    journal = Village()
    journal.people = pupils(PUPILS)
    first = await take(context, clock, tmp_path, journal)
    assert (first.state, first.problems) == ("applied", {})
    assert (first.changes["persons"].added, first.changes["enrollments"].added) == (PUPILS, PUPILS)

    journal.people = pupils(PUPILS - 1)
    journal.people[0] |= {"last_name": "Ли", "updated_at": "2026-11-23T10:00:00"}
    second = await take(context, clock, tmp_path, journal)
    assert (second.state, second.problems) == ("applied", {})
    assert second.changes["persons"].changed == 1
    gone = str(PUPILS - 1)
    assert ask("SELECT last_name FROM people.persons WHERE id = '0'") == ["Ли"]
    standing = set(ask("SELECT id FROM people.enrollments WHERE archived_at IS NULL"))
    assert len(standing) == PUPILS - 1
    assert gone not in standing

    third = await take(context, clock, tmp_path, journal)
    assert third.state in ("applied", "unchanged")
    assert not third.problems
