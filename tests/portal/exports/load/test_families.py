"""What only the sight of all rows shows: rings of guardians, elder children, one person in two schools."""

from datetime import date, timedelta
from pathlib import Path

import msgspec

from myedu.kit.clock import FixedClock
from myedu.portal.exports.models import LoadContext
from myedu.portal.exports.report import package_queries
from myedu.portal.exports.service import load_folder
from tests.portal.exports.packages import Tables, a_school, altered, id_of
from tests.portal.exports.taking import Ask, Write


async def problems(context: LoadContext, folder: Path) -> set[tuple[str, int, str | None, str, str]]:
    assert (await load_folder(context, "r25-a", folder)).state == "applied"
    async with context.database.connection() as conn:
        found = await package_queries.problems(conn, "r25-a", id_of(folder))
    return {(one.table, one.line, one.field, one.code, one.severity) for one in found}


def link(rows: Tables, row_id: str, guardian: str, child: str) -> Tables:
    new = msgspec.structs.replace(rows["guardianships"][0], id=row_id, guardian_id=guardian, child_id=child)
    return rows | {"guardianships": [*rows["guardianships"], new]}


def ageless(rows: Tables) -> Tables:
    """Without birth dates no guardian is too young."""
    return rows | {"persons": [msgspec.structs.replace(row, birth_date=None) for row in rows["persons"]]}


async def test_a_ring_of_guardians_gives_no_rights(context: LoadContext, write: Write, ask: Ask) -> None:
    # m1 → p1 → m2 → m1 is a ring; m2 → p2 hangs on it, m3 → p3 does not.
    rows = link(link(ageless(a_school()), "r1", "p1", "m2"), "r2", "m2", "m1")
    found = await problems(context, write(rows))
    assert {(line, code) for _, line, _, code, _ in found} == {
        (2, "guardian-ring"), (5, "guardian-ring"), (6, "guardian-ring"),
    }  # fmt: skip
    assert ask("SELECT id FROM people.guardianships ORDER BY id") == ["k2", "k3"]


async def test_nobody_guards_themselves(context: LoadContext, write: Write, ask: Ask) -> None:
    found = await problems(context, write(link(ageless(a_school()), "r1", "m2", "m2")))
    assert found == {("guardianships", 5, "guardian_id", "guardian-ring", "error")}


async def test_a_chain_of_guardians_is_no_ring(context: LoadContext, write: Write) -> None:
    rows = link(link(ageless(a_school()), "r1", "m3", "m2"), "r2", "m2", "m1")
    assert await problems(context, write(rows)) == set()


async def test_a_delta_may_close_a_ring_with_held_links(
    context: LoadContext, write: Write, ask: Ask, clock: FixedClock
) -> None:
    base = write(ageless(a_school()))
    await problems(context, base)
    clock.advance(timedelta(hours=1))
    ring = msgspec.structs.replace(a_school()["guardianships"][0], id="r1", guardian_id="p1", child_id="m1")
    delta = write({"guardianships": [ring]}, mode="delta", base=id_of(base))
    assert {code for *_, code, _ in await problems(context, delta)} == {"guardian-ring"}
    assert ask("SELECT id FROM people.guardianships ORDER BY id") == ["k1", "k2", "k3"]


async def test_a_child_is_younger_than_the_guardian(
    context: LoadContext, write: Write, ask: Ask, clock: FixedClock
) -> None:
    base = write(altered(a_school(), "persons", "m1", birth_date=date(2015, 1, 1)))
    assert await problems(context, base) == {("guardianships", 2, "child_id", "child-older", "error")}
    assert ask("SELECT id FROM people.guardianships ORDER BY id") == ["k2", "k3"]
    clock.advance(timedelta(hours=1))
    swapped = msgspec.structs.replace(
        a_school()["guardianships"][0], id="r1", guardian_id="p3", child_id="m2"
    )
    delta = write({"guardianships": [swapped]}, mode="delta", base=id_of(base))
    assert await problems(context, delta) == {("guardianships", 2, "child_id", "child-older", "error")}


async def test_two_schools_on_one_day_are_reported(
    context: LoadContext, write: Write, clock: FixedClock
) -> None:
    rows = a_school()
    second = msgspec.structs.replace(rows["organizations"][0], id="o2")
    rows["organizations"] += [second, msgspec.structs.replace(second, id="o3", kind="extra")]
    study = rows["enrollments"][0]
    rows["enrollments"] += [
        msgspec.structs.replace(study, id="e8", organization_id="o2"),  # p1, beside e1
        msgspec.structs.replace(study, id="e9", person_id="p2", organization_id="o3"),  # a music school
        msgspec.structs.replace(
            study, id="e7", person_id="p3", organization_id="o2", starts_on=date(2025, 9, 1),
            ends_on=date(2026, 5, 31),
        ),
    ]  # fmt: skip
    base = write(rows)
    warning = ("organization_id", "two-schools", "warning")
    assert await problems(context, base) == {("enrollments", 2, *warning), ("enrollments", 5, *warning)}
    clock.advance(timedelta(hours=1))
    moved = msgspec.structs.replace(study, id="e6", person_id="p3", organization_id="o2")
    delta = write({"enrollments": [moved]}, mode="delta", base=id_of(base))
    assert await problems(context, delta) == {("enrollments", 2, *warning)}


async def test_a_delta_that_repeats_a_link_beside_a_new_birth_date_is_judged(
    context: LoadContext, write: Write, ask: Ask, clock: FixedClock
) -> None:
    base = write(a_school())
    await problems(context, base)
    clock.advance(timedelta(hours=1))
    older = altered(a_school(), "persons", "m1", birth_date=date(2015, 1, 1))["persons"]
    delta = {
        "persons": [row for row in older if row.id == "m1"],
        "guardianships": a_school()["guardianships"],
    }
    folder = write(delta, mode="delta", base=id_of(base))
    assert await problems(context, folder) == {("guardianships", 2, "child_id", "child-older", "error")}
    assert ask("SELECT id FROM people.guardianships WHERE archived_at IS NULL ORDER BY id") == ["k2", "k3"]
