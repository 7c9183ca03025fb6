"""Files in the spool: who works on them, and when that has ended."""

import os
import shutil
from datetime import timedelta
from pathlib import Path

from myedu.kit.clock import FixedClock
from myedu.portal.exports.models import LoadContext
from myedu.portal.exports.receive import spool
from tests.portal.exports.packages import a_school, without
from tests.portal.exports.taking import Write, take


def left(context: LoadContext, folder: Path, clock: FixedClock) -> Path:
    """A package's files in the spool, written at the clock's time."""
    place = context.spool / "r25-a" / folder.name
    shutil.copytree(folder, place)
    for path in (place, *place.iterdir()):
        os.utime(path, (clock.now().timestamp(),) * 2)
    return place


async def swept(context: LoadContext, clock: FixedClock) -> int:
    return await spool.sweep(context.database, context.spool, clock.now() - spool.KEPT)


async def test_files_that_nobody_goes_on_with_are_removed_after_their_term(
    context: LoadContext, write: Write, clock: FixedClock
) -> None:
    failed = left(context, write(a_school()), clock)
    clock.advance(spool.KEPT)
    fresh = left(context, write(a_school(4)), clock)
    assert await swept(context, clock) == 0
    clock.advance(timedelta(seconds=1))
    assert await swept(context, clock) == 1
    assert (failed.exists(), fresh.exists()) == (False, True)


async def test_a_part_that_came_lately_keeps_the_package(
    context: LoadContext, write: Write, clock: FixedClock
) -> None:
    folder = left(context, write(a_school()), clock)
    clock.advance(spool.KEPT * 2)
    part = folder / "persons.csv.part"
    part.write_bytes(b"id")
    os.utime(part, (clock.now().timestamp(),) * 2)
    assert await swept(context, clock) == 0
    assert part.exists()


async def test_a_held_package_stays_until_a_newer_one_stands(
    context: LoadContext, write: Write, clock: FixedClock
) -> None:
    school = a_school(60)
    await take(context, write(school))
    clock.advance(timedelta(hours=1))
    fewer = without(school, "subjects", "s1")
    for number in range(1, 31):
        for table, row in (("persons", "p"), ("persons", "m"), ("enrollments", "e"), ("guardianships", "k")):
            fewer = without(fewer, table, f"{row}{number}")
    folder = write(fewer)
    held = left(context, folder, clock)
    assert (await take(context, folder)).state == "held"
    clock.advance(spool.KEPT * 2)
    assert await swept(context, clock) == 0
    assert (await take(context, write(school))).state == "applied"
    assert await swept(context, clock) == 1
    assert not held.exists()
