"""A package that fails in the middle, and packages that come at once."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta

import msgspec
import psycopg
import pytest

from myedu.contract.tables import TABLES
from myedu.kit.clock import FixedClock
from myedu.kit.db import execute
from myedu.portal.exports.load import staging
from myedu.portal.exports.load.apply import RowsMoved
from myedu.portal.exports.models import LoadContext, Report
from myedu.portal.exports.service import load_folder
from myedu.portal.people.service import register_system
from tests.portal.exports.conftest import SYSTEM
from tests.portal.exports.packages import a_school, altered, id_of
from tests.portal.exports.taking import Ask, Write, counts, take
from tests.portal.exports.test_tasks import until


class PulledPlug(Exception):
    pass


async def test_a_failure_in_the_middle_leaves_nothing_and_the_next_try_is_whole(
    context: LoadContext, write: Write, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(a_school())
    seen: list[int] = []

    async def pull_the_plug(*_: object, **__: object) -> None:
        # Rows are changed already in this transaction; another session sees none.
        seen.extend(ask("SELECT count(*) FROM people.persons"))
        raise PulledPlug

    with monkeypatch.context() as patched:
        patched.setattr("myedu.portal.exports.pipeline.store.finish", pull_the_plug)
        with pytest.raises(PulledPlug):
            await take(context, folder)
    assert seen == [0]
    assert [ask(f"SELECT count(*) FROM people.{table}")[0] for table in TABLES] == [0] * len(TABLES)
    assert ask("SELECT state FROM exports.packages") == ["received"]
    report = await take(context, folder)
    assert (report.state, counts(report, "persons")[0]) == ("applied", 6)
    assert ask("SELECT count(*) FROM exports.staging_persons_r25") == [0]


async def test_one_package_from_two_processes_is_taken_in_once(
    context: LoadContext, write: Write, ask: Ask
) -> None:
    folder = write(a_school())
    reports = await asyncio.gather(take(context, folder), take(context, folder))
    assert sorted(report.state for report in reports) == ["applied", "unchanged"]
    assert ask("SELECT count(*) FROM people.persons") == [6]
    assert ask("SELECT state FROM exports.packages") == ["applied"]


@pytest.mark.parametrize("newer_first", [False, True])
async def test_two_packages_of_a_system_at_once_end_with_the_newer_one(
    context: LoadContext, write: Write, ask: Ask, clock: FixedClock, newer_first: bool
) -> None:
    older = write(a_school(2))
    clock.advance(timedelta(hours=1))
    newer = write(a_school(3))
    first, second = (newer, older) if newer_first else (older, newer)
    reports = await past_the_door(context, ask, take(context, first), take(context, second))
    assert ask("SELECT count(*) FROM people.persons WHERE archived_at IS NULL") == [6]
    states = {one.export_id: one.state for one in reports}
    assert states == {id_of(newer): "applied", id_of(older): "refused" if newer_first else "applied"}
    if newer_first:
        assert reports[1].code == "older-package"
        assert "make a new one" in (reports[1].reason or "")


async def past_the_door(context: LoadContext, ask: Ask, *takings: Awaitable[Report]) -> list[Report]:
    """All wait for the region's lock, one after the other, before the first one gets it."""
    tasks = []
    async with context.database.transaction() as conn:
        await execute(conn, staging.REGION.lock, {"region": "25"})
        for number, taking in enumerate(takings, 1):
            tasks.append(asyncio.ensure_future(taking))
            waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            await until(ask, waiting, [number])
    return await asyncio.gather(*tasks)


async def test_two_systems_of_a_region_at_once_both_stand(
    context: LoadContext, write: Write, ask: Ask
) -> None:
    async with context.database.transaction() as conn:
        await register_system(conn, msgspec.structs.replace(SYSTEM, id="r25-b"))
    folders = {"r25-a": write(a_school(3)), "r25-b": write(a_school(2))}
    takings = (load_folder(context, name, folder) for name, folder in folders.items())
    reports = await past_the_door(context, ask, *takings)
    assert [(one.state, one.problems) for one in reports] == [("applied", {})] * 2
    persons = "SELECT system_id, count(*) FROM people.persons GROUP BY 1 ORDER BY 1"
    assert ask(persons) == [("r25-a", 6), ("r25-b", 4)]


async def test_a_row_that_somebody_else_has_moved_meanwhile_is_noticed(
    context: LoadContext, write: Write, ask: Ask, clock: FixedClock, url: str
) -> None:
    """Only imports write them, and imports wait for each other: should that change, nothing is lost."""
    await take(context, write(a_school()))
    clock.advance(timedelta(hours=1))
    folder = write(altered(a_school(), "persons", "p1", first_name="Иначе"))

    def meddle(station: str, done: int, total: int) -> None:
        if station == "apply":
            with psycopg.connect(url, autocommit=True) as conn:
                conn.execute("UPDATE people.persons SET esia_oid = '1000' WHERE id = 'p1'")

    with pytest.raises(RowsMoved, match="1 rows of persons were to be changed and 0"):
        await take(msgspec.structs.replace(context, progress=meddle), folder)
    assert ask("SELECT first_name FROM people.persons WHERE id = 'p1'") == ["Имя, «1»"]
    assert counts(await take(context, folder), "persons") == (0, 1, 0, 0)
    assert ask("SELECT first_name FROM people.persons WHERE id = 'p1'") == ["Иначе"]
