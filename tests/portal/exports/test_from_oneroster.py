"""A OneRoster set all the way: through the adapter, into the portal, with rows that were set aside kept."""

from datetime import timedelta
from pathlib import Path

from myedu.connector.adapters.oneroster.package import Request, write_from_oneroster
from myedu.kit.clock import FixedClock
from myedu.portal.exports.models import LoadContext, Report
from myedu.portal.exports.service import load_folder
from tests.connector.adapters.oneroster.sets import (
    Rows,
    a_set,
    altered,
    delta,
    files_of,
    row_of,
    without,
    write_folder,
)
from tests.portal.exports.taking import Ask

REQUEST = Request(region="25", time_zone="Asia/Vladivostok")


async def take(
    context: LoadContext, clock: FixedClock, folder: Path, rows: Rows, mode: str = "bulk"
) -> Report:
    clock.advance(timedelta(minutes=1))
    source = write_folder(folder / f"set-{clock.now():%H%M}", files_of(rows, mode))
    manifest, _ = write_from_oneroster(source, folder / "out", REQUEST, clock.now())
    return await load_folder(context, "r25-a", folder / "out" / str(manifest.export_id))


def standing(ask: Ask, table: str) -> set[str]:
    return set(ask(f"SELECT id FROM people.{table} WHERE archived_at IS NULL"))


async def test_bulk_delta_and_bulk_again(
    context: LoadContext, clock: FixedClock, tmp_path: Path, ask: Ask
) -> None:
    first = await take(context, clock, tmp_path, a_set())
    assert (first.state, first.problems) == ("applied", {"unknown-code": 1})  # the district is no school
    assert {name: change.added for name, change in first.changes.items()} == {
        "organizations": 2, "periods": 5, "groups": 3, "subjects": 1, "persons": 5,
        "enrollments": 3, "guardianships": 3, "staff": 2, "teaching": 1,
    }  # fmt: skip

    changed = delta(
        users=[row_of(a_set(), "users", "p1", agentSourcedIds="m1", familyName="Ким")],
        enrollments=[row_of(a_set(), "enrollments", "e3", status="tobedeleted")],
    )
    second = await take(context, clock, tmp_path, changed, "delta")
    assert (second.state, second.changes["persons"].changed) == ("applied", 1)
    assert standing(ask, "guardianships") == {"m1~p1", "m1~p2"}
    assert standing(ask, "enrollments") == {"e1", "e2"}
    assert ask("SELECT last_name, birth_date IS NOT NULL FROM people.persons WHERE id = 'p1'") == [
        ("Ким", True)
    ]

    third = await take(context, clock, tmp_path, a_set())
    assert third.state == "applied"
    assert standing(ask, "guardianships") == {"m1~p1", "m1~p2", "g1~p1"}


async def test_rows_set_aside_are_kept_and_absent_ones_archived(
    context: LoadContext, clock: FixedClock, tmp_path: Path, ask: Ask
) -> None:
    await take(context, clock, tmp_path, a_set())
    rows = altered(without(a_set(), "enrollments", "e3"), "enrollments", "e2", beginDate="1 сентября")
    report = await take(context, clock, tmp_path, altered(rows, "roles", "r-g1", endDate="скоро"))
    assert report.state == "applied"
    assert standing(ask, "enrollments") == {"e1", "e2"}
    assert standing(ask, "guardianships") == {"m1~p1", "m1~p2"}  # what can't be read gives no right


async def test_a_no_show_is_archived_and_an_odd_role_is_not(
    context: LoadContext, clock: FixedClock, tmp_path: Path, ask: Ask
) -> None:
    await take(context, clock, tmp_path, a_set())
    rows = altered(a_set(), "enrollments", "e2", endDate="2026-09-01")
    rows = altered(rows, "enrollments", "e3", role="Student")
    report = await take(context, clock, tmp_path, altered(rows, "roles", "r-t1", role="TEACHER"))
    assert report.state == "applied"
    assert standing(ask, "enrollments") == {"e1", "e3"}
    assert standing(ask, "staff") == {"r-t1", "class-teacher~e5"}


async def test_a_rounded_id_archives_nobody(
    context: LoadContext, clock: FixedClock, tmp_path: Path, ask: Ask
) -> None:
    await take(context, clock, tmp_path, a_set())
    rows = altered(a_set(), "users", "p2", sourcedId="9.00720E+15")
    report = await take(
        context, clock, tmp_path, altered(rows, "enrollments", "e2", userSourcedId="9.00720E+15")
    )
    assert report.state == "applied"
    assert {"p2", "p1"} <= standing(ask, "persons")
    assert "9.00720E+15" not in standing(ask, "persons")
    assert standing(ask, "enrollments") == {"e1", "e2", "e3"}


async def test_an_unreadable_line_archives_nobody(
    context: LoadContext, clock: FixedClock, tmp_path: Path, ask: Ask
) -> None:
    await take(context, clock, tmp_path, a_set())
    rows = altered(a_set(), "users", "p2", sourcedId="")
    report = await take(context, clock, tmp_path, rows)
    assert report.state == "applied"
    assert "p2" in standing(ask, "persons")
    assert "e2" in standing(ask, "enrollments")
