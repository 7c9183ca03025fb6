"""Deltas: what they change, take away and stand on."""

from datetime import timedelta
from uuid import uuid4

import msgspec
import pytest

from myedu.contract.tables import TABLES
from myedu.kit.clock import FixedClock
from myedu.portal.exports.models import LoadContext
from tests.portal.exports.packages import (
    Tables,
    a_school,
    id_of,
    person,
    spoil,
)
from tests.portal.exports.taking import Ask, Write, counts, take


async def test_a_delta_changes_and_takes_away_what_it_names(
    context: LoadContext, write: Write, ask: Ask, clock: FixedClock
) -> None:
    base = write(a_school())
    await take(context, base)
    clock.advance(timedelta(hours=1))
    link = msgspec.structs.replace(a_school()["guardianships"][1], deleted=True)
    delta = {
        "persons": [msgspec.structs.replace(person("p1", 1), first_name="Пётр"), person("p9", 9)],
        "enrollments": [msgspec.structs.replace(a_school()["enrollments"][0], id="e9", person_id="p9")],
        "guardianships": [link],
    }
    report = await take(context, write(delta, mode="delta", base=id_of(base)))
    assert (report.state, report.problems) == ("applied", {})
    assert counts(report, "persons") == (1, 1, 0, 0)
    assert report.changes["guardianships"].erased == 1
    assert ask("SELECT count(*) FROM people.persons WHERE archived_at IS NULL") == [7]
    assert ask("SELECT id FROM people.guardianships ORDER BY id") == ["k1", "k3"]


async def test_a_tombstone_needs_no_more_than_its_id(
    context: LoadContext, write: Write, ask: Ask, clock: FixedClock
) -> None:
    base = write(a_school())
    await take(context, base)
    clock.advance(timedelta(hours=1))
    folder = write({"persons": [person("m3", 3)]}, mode="delta", base=id_of(base))

    def bury(lines: list[list[str]]) -> None:
        header = lines[0]
        lines[1] = [
            {"id": "m3", "updated_at": "2026-11-23T03:00:00Z", "deleted": "true"}.get(name, "")
            for name in header
        ]

    spoil(folder, "persons", bury)
    report = await take(context, folder)
    assert (report.state, report.problems) == ("applied", {})
    assert ask("SELECT id FROM people.persons WHERE id = 'm3'") == []
    # What says something of her is gone with her.
    assert ask("SELECT id FROM people.guardianships ORDER BY id") == ["k1", "k2"]


@pytest.mark.parametrize("first", [True, False])
async def test_a_delta_on_a_missing_base_asks_for_a_full(
    context: LoadContext, write: Write, ask: Ask, clock: FixedClock, first: bool
) -> None:
    foreign = write(a_school())
    if not first:
        await take(context, write(a_school()))
        clock.advance(timedelta(hours=1))
    report = await take(context, write({"persons": [person("p9", 9)]}, mode="delta", base=id_of(foreign)))
    assert (report.state, report.code) == ("refused", "missing-base")
    assert "send a full package" in (report.reason or "")
    assert ask("SELECT count(*) FROM people.persons WHERE id = 'p9'") == [0]


async def test_a_delta_on_itself_asks_for_a_full(
    context: LoadContext, write: Write, ask: Ask, clock: FixedClock
) -> None:
    await take(context, write(a_school()))
    clock.advance(timedelta(hours=1))
    own = uuid4()
    folder = write({"persons": [person("p9", 9)]}, mode="delta", base=own, export_id=own)
    for _ in range(2):
        report = await take(context, folder)
        assert (report.state, report.code) == ("refused", "missing-base")
    assert ask("SELECT count(*) FROM people.persons WHERE id = 'p9'") == [0]


async def test_an_erased_person_who_is_added_again_is_another_child(
    context: LoadContext, write: Write, ask: Ask, clock: FixedClock
) -> None:
    folder = write(a_school())
    await take(context, folder)
    public_id = ask("SELECT public_id FROM people.persons WHERE id = 'p1'")
    grave, row = msgspec.structs.replace(person("p1", 1), deleted=True), person("p1", 1)
    for delta, counted in (([grave], (0, 1)), ([row], (1, 0))):
        clock.advance(timedelta(hours=1))
        folder = write({"persons": delta}, mode="delta", base=id_of(folder))
        report = await take(context, folder)
        persons = report.changes["persons"]
        assert (report.state, report.problems) == ("applied", {})
        assert (persons.added, persons.erased) == counted
    # What other rooms kept of the first one was erased, and nothing of the new one leads to it.
    assert ask("SELECT count(*) FROM people.persons WHERE id = 'p1' AND archived_at IS NULL") == [1]
    assert ask("SELECT public_id FROM people.persons WHERE id = 'p1'") != public_id
    assert ask("SELECT id FROM people.guardianships ORDER BY id") == ["k2", "k3"]


async def test_a_delta_may_name_what_the_portal_holds_but_not_what_it_takes_away(
    context: LoadContext, write: Write, clock: FixedClock
) -> None:
    base = write(a_school())
    await take(context, base)
    clock.advance(timedelta(hours=1))
    links = a_school()["guardianships"]
    delta = {
        "persons": [msgspec.structs.replace(person("m2", 2), deleted=True)],
        "guardianships": [
            msgspec.structs.replace(links[0], id="new1", guardian_id="m3"),
            msgspec.structs.replace(links[0], id="new2", guardian_id="m2"),
        ],
    }
    report = await take(context, write(delta, mode="delta", base=id_of(base)))
    assert counts(report, "guardianships") == (1, 0, 0, 0)
    assert report.problems == {"unknown-reference": 1}


# --- all or nothing


async def test_a_delta_counts_what_stands_as_counting_would(
    context: LoadContext, write: Write, ask: Ask, clock: FixedClock
) -> None:
    folder = write(a_school())
    await take(context, folder)
    for table, row in (("guardianships", "k1"), ("guardianships", "k2")):
        clock.advance(timedelta(hours=1))
        stand = ask(f"SELECT count(*) FROM people.{table} WHERE archived_at IS NULL")
        none: Tables = {name: [] for name in TABLES}
        grave = msgspec.structs.replace(a_school()[table][int(row[1:]) - 1], deleted=True)
        folder = write(none | {table: [grave]}, mode="delta", base=id_of(folder))
        report = await take(context, folder)
        assert (report.state, report.changes[table].held, report.changes[table].erased) == (
            "applied", stand[0], 1,
        )  # fmt: skip


async def test_rows_that_went_with_a_person_are_not_counted_any_more(
    context: LoadContext, write: Write, ask: Ask, clock: FixedClock
) -> None:
    folder = write(a_school())
    await take(context, folder)
    clock.advance(timedelta(hours=1))
    grave = msgspec.structs.replace(person("m3", 5003), deleted=True)
    await take(context, write({"persons": [grave]}, mode="delta", base=id_of(folder)))
    clock.advance(timedelta(hours=1))
    stand = ask("SELECT count(*) FROM people.guardianships WHERE archived_at IS NULL")
    report = await take(context, write(a_school()))
    assert [report.changes["guardianships"].held] == stand == [2]


async def test_a_delta_that_repeats_rows_beside_the_tombstone_of_what_they_name_tells_it(
    context: LoadContext, write: Write, clock: FixedClock
) -> None:
    base = write(a_school())
    await take(context, base)
    clock.advance(timedelta(hours=1))
    gone = msgspec.structs.replace(a_school()["groups"][0], deleted=True)
    delta = {"groups": [gone], "enrollments": a_school()["enrollments"]}
    report = await take(context, write(delta, mode="delta", base=id_of(base)))
    assert report.problems == {"unknown-reference": len(delta["enrollments"])}
