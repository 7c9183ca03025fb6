"""Deltas: only what changed since the last package; rows of earlier sets are remembered."""

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from myedu.connector.adapters.oneroster.archive import OneRosterError
from myedu.connector.adapters.oneroster.state import takes_deltas
from myedu.contract.tables import TABLES
from tests.connector.adapters.oneroster.conftest import NOW, Convert
from tests.connector.adapters.oneroster.sets import a_set, altered, delta, row_of, without

STAMP = datetime(2026, 11, 22, 20, tzinfo=UTC)


def test_a_delta_has_what_changed_and_builds_on_the_last_package(convert: Convert) -> None:
    whole = convert(a_set())
    made = convert(delta(users=[row_of(a_set(), "users", "p2", familyName="Ким")]), "delta")

    assert (made.manifest.mode, made.manifest.base) == ("delta", whole.manifest.export_id)
    assert {table: len(made.raw[table]) for table in TABLES if made.raw[table]} == {"persons": 1}
    (person,) = made.rows("persons").values()
    assert (person.last_name, person.updated_at) == ("Ким", STAMP)
    # The delta has no demographics: those of the bulk set stay.
    assert (person.birth_date, person.sex) == (date(2011, 7, 8), "f")


def test_a_change_of_one_file_changes_the_rows_of_another(convert: Convert) -> None:
    convert(a_set())
    changed = [row_of(a_set(), "academicSessions", "y26", startDate="2026-08-31")]
    made = convert(delta(academicSessions=changed), "delta")
    assert made.rows("periods")["s1~y26"].starts_on == date(2026, 8, 31)
    # Enrollments and guardianships without a date of their own begin with the terms of the class.
    assert made.rows("enrollments")["e3"].starts_on == date(2026, 8, 31)
    assert set(made.rows("guardianships")) == {"g1~p1"}


def test_deleted_rows_are_tombstones(convert: Convert) -> None:
    convert(a_set())
    gone = delta(enrollments=[row_of(a_set(), "enrollments", "e3", status="tobedeleted")])
    made = convert(gone, "delta")
    assert made.deleted("enrollments") == {"e3"}
    assert [table.deleted for table in made.report.tables if table.table == "enrollments"] == [1]
    again = convert(gone, "delta")
    assert not any(again.raw.values())
    back = convert(delta(enrollments=[row_of(a_set(), "enrollments", "e3")]), "delta")
    assert set(back.rows("enrollments")) == {"e3"}
    assert back.deleted("enrollments") == set()


def test_a_tombstone_needs_no_more_than_the_standard_s_first_columns(convert: Convert) -> None:
    convert(a_set())
    made = convert(delta(roles=[{"sourcedId": "r-t1", "status": "tobedeleted"}]), "delta")
    assert made.deleted("staff") == {"r-t1"}
    # Their teaching can't be translated any more, but the set doesn't say that it ended.
    assert made.codes("enrollments") == {"no-role-at-school": 1}
    assert made.deleted("teaching") == set()


def test_a_guardian_no_longer_named_loses_the_right(convert: Convert) -> None:
    convert(a_set())
    made = convert(delta(users=[row_of(a_set(), "users", "p1", agentSourcedIds="m1")]), "delta")
    assert made.deleted("guardianships") == {"g1~p1"}


def test_a_link_that_can_no_longer_be_read_loses_the_right(convert: Convert) -> None:
    convert(a_set())
    made = convert(delta(roles=[row_of(a_set(), "roles", "r-g1", endDate="soon")]), "delta")
    assert made.codes("roles") == {"bad-date": 1}
    assert made.deleted("guardianships") == {"g1~p1"}


def test_a_bad_row_of_a_delta_changes_nothing(convert: Convert) -> None:
    convert(a_set())
    made = convert(delta(enrollments=[row_of(a_set(), "enrollments", "e1", beginDate="2026-13-01")]), "delta")
    assert made.codes("enrollments") == {"bad-date": 1}
    assert not any(made.raw.values())


def test_a_row_of_an_earlier_set_has_no_line_in_this_one(convert: Convert) -> None:
    convert(altered(a_set(), "roles", "r-t1", orgSourcedId="s9"))
    made = convert(delta(users=[row_of(a_set(), "users", "p1", givenName="Лев")]), "delta")
    (problem,) = made.report.problems
    assert (problem.file, problem.line, problem.finding.code) == ("roles", None, "unknown-reference")
    assert any("a row of an earlier set" in line for line in made.report.lines())


@pytest.mark.parametrize("values", [{"status": ""}, {"status": "gone"}, {"dateLastModified": ""}])
def test_a_row_of_a_delta_needs_its_status_and_date(convert: Convert, values: dict[str, str]) -> None:
    convert(a_set())
    changed = [row_of(a_set(), "users", user, givenName="Лев") for user in ("p1", "p2", "m1")]
    rows = delta(users=changed)
    rows["users"][0] |= values
    made = convert(rows, "delta")
    assert set(made.rows("persons")) == {"p2", "m1"}
    assert sum(made.codes("users").values()) == 1


def test_a_delta_on_an_older_package_has_all_since(convert: Convert) -> None:
    whole = convert(a_set())
    convert(delta(users=[row_of(a_set(), "users", "p1", givenName="Лев")]), "delta")
    convert(delta(enrollments=[row_of(a_set(), "enrollments", "e3", status="tobedeleted")]), "delta")
    rows = delta(users=[row_of(a_set(), "users", "p2", givenName="Ия")])
    made = convert(rows, "delta", base=whole.manifest.export_id)
    assert made.manifest.base == whole.manifest.export_id
    assert set(made.rows("persons")) == {"p1", "p2"}
    assert made.deleted("enrollments") == {"e3"}


def test_a_new_bulk_set_replaces_what_was_said(convert: Convert) -> None:
    convert(a_set())
    rows = altered(without(a_set(), "enrollments", "e3"), "users", "p1", givenName="Лев")
    second = convert(rows)
    assert second.manifest.mode == "full"
    assert set(second.rows("enrollments")) == {"e1", "e2"}
    made = convert(delta(users=[row_of(rows, "users", "p1")]), "delta")
    assert (made.manifest.base, any(made.raw.values())) == (second.manifest.export_id, False)


def test_sessions_in_a_circle_are_not_deleted(convert: Convert) -> None:
    convert(a_set())
    circle = [
        row_of(a_set(), "academicSessions", "q3", parentSourcedId="q4"),
        row_of(a_set(), "academicSessions", "q4", parentSourcedId="q3"),
    ]
    made = convert(delta(academicSessions=circle), "delta")
    assert made.codes("academicSessions") == {"parents-in-a-circle": 2}
    assert made.deleted("periods") == set()


def test_a_state_of_an_earlier_release_takes_no_delta(convert: Convert, out: Path) -> None:
    convert(a_set())
    with closing(sqlite3.connect(out / "oneroster-16.sqlite")) as state:
        state.execute("PRAGMA user_version = 0")
    assert not takes_deltas(out / "oneroster-16.sqlite")
    with pytest.raises(OneRosterError, match="by this release"):
        convert(delta(users=[row_of(a_set(), "users", "p1")]), "delta")
    convert(a_set())
    assert takes_deltas(out / "oneroster-16.sqlite")
    assert not any(convert(delta(users=[row_of(a_set(), "users", "p1")]), "delta").raw.values())


def test_a_delta_alone_is_refused(convert: Convert, out: Path) -> None:
    with pytest.raises(OneRosterError, match="no bulk set was converted before"):
        convert(delta(users=[row_of(a_set(), "users", "p1")]), "delta")
    assert [path for path in out.iterdir() if path.is_dir()] == []


@pytest.mark.parametrize("base", [uuid4(), UUID(int=0)])
def test_a_base_that_was_not_written_here_is_refused(convert: Convert, base: UUID) -> None:
    convert(a_set())
    with pytest.raises(OneRosterError, match="was not written with this state"):
        convert(delta(users=[row_of(a_set(), "users", "p1")]), "delta", base=base)


def test_a_bulk_set_has_no_base(convert: Convert) -> None:
    with pytest.raises(OneRosterError, match="leave --base out"):
        convert(a_set(), base=uuid4())


def test_a_refused_set_leaves_the_state_as_it_was(convert: Convert, tmp_path: Path) -> None:
    whole = convert(a_set())
    spoiled = a_set()
    spoiled["enrollments"] = [{**row, "sourcedId": ""} for row in spoiled["enrollments"]]
    with pytest.raises(OneRosterError, match=r"6 of 6 rows of enrollments\.csv are rejected"):
        convert(spoiled)
    made = convert(delta(users=[row_of(a_set(), "users", "p1", givenName="Лев")]), "delta")
    assert (made.manifest.base, set(made.rows("persons"))) == (whole.manifest.export_id, {"p1"})


def test_regions_do_not_share_a_state(convert: Convert) -> None:
    convert(a_set())
    with pytest.raises(OneRosterError, match="no bulk set was converted before"):
        convert(delta(users=[row_of(a_set(), "users", "p1")]), "delta", region="25")


def test_rows_without_a_date_have_the_package_s_time(convert: Convert) -> None:
    assert convert(a_set()).rows("subjects")["alg9"].updated_at == NOW
    again = convert(altered(a_set(), "courses", "alg9", dateLastModified="2026-11-22T23:00:00+03:00"))
    assert again.rows("subjects")["alg9"].updated_at == STAMP
    assert again.rows("groups")["c9b"].updated_at == NOW + timedelta(minutes=1)
