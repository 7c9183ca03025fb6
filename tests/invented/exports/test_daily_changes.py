"""Daily changes: the day before and the delta give the day."""

from datetime import date, timedelta

import pytest

from myedu.contract.tables import REFERENCES, TABLES
from myedu.invented.calendar import school_year_of
from myedu.invented.exports.daily_changes import Change, Day, SchoolChanges
from myedu.invented.exports.plan import plan_country
from myedu.invented.exports.school import build_school
from tests.invented.exports.conftest import SPEC, Write, rows_of

BUSY = {"changes": 0.1, "pupils": 8_000}


@pytest.mark.parametrize("day", [1, 2, 5])
@pytest.mark.parametrize("code", ["14", "50"])
def test_the_day_before_and_the_delta_are_the_day(write: Write, code: str, day: int) -> None:
    state = rows_of(write(code, day=day - 1, **BUSY).folder)
    expected = rows_of(write(code, day=day, **BUSY).folder)
    delta = rows_of(write(code, day=day, mode="delta", **BUSY).folder)
    for table in TABLES:
        for key, row in delta[table].items():
            if row["deleted"] == "true":
                del state[table][key]
            else:
                assert row != state[table].get(key)  # a delta holds no unchanged row
                state[table][key] = row
    assert state == expected
    size = {name: sum(map(len, rows.values())) for name, rows in (("delta", delta), ("day", expected))}
    assert 0 < size["delta"] < 0.3 * size["day"]


def test_deltas_name_what_they_build_on(write: Write) -> None:
    full = [write(day=day).manifest for day in (0, 1)]
    chain = [write(day=day, mode="delta", base="delta" if day > 1 else "full").manifest for day in (1, 2, 3)]
    assert [manifest.base for manifest in chain] == [
        full[0].export_id,
        chain[0].export_id,
        chain[1].export_id,
    ]
    upon_full = write(day=2, mode="delta", base="full").manifest
    assert upon_full.base == full[1].export_id
    everything = [*full, *chain, upon_full]
    assert len({manifest.export_id for manifest in everything}) == len(everything)
    assert full[1].created_at - full[0].created_at == timedelta(days=1)


def test_every_kind_of_change_is_made_and_ids_come_back() -> None:
    region = plan_country(SPEC.pupils)["16"]
    plan = max(region.schools, key=lambda school: school.pupils)
    school = build_school(1, region, plan, school_year_of(SPEC.first_day))
    changes = SchoolChanges(school, 1, share=0.05)
    gone: set[str] = set()
    returned: set[str] = set()
    for number in range(1, 21):
        before = set(school.rows["persons"])
        changes.apply(Day(number, SPEC.first_day + timedelta(days=number)))
        now = set(school.rows["persons"])
        returned |= gone & now
        gone |= before - now
        _assert_whole(school.rows)
    assert set(changes.counts) == set(Change)
    assert len(returned) > 3
    moved = [row for row in school.rows["enrollments"].values() if row[-1] == "moved"]
    assert len(moved) > 10
    assert all(row[6] <= row[7] for row in moved)  # starts_on, ends_on


def _assert_whole(rows) -> None:
    for table, columns in REFERENCES.items():
        for column, target in columns.items():
            place = TABLES[table].__struct_fields__.index(column)
            assert {row[place] for row in rows[table].values()} <= {"", *rows[target]}, (table, column)


def test_without_changes_a_delta_is_empty(write: Write) -> None:
    delta = rows_of(write(day=3, mode="delta", changes=0.0).folder)
    assert {name: len(rows) for name, rows in delta.items()} == dict.fromkeys(TABLES, 0)


def test_a_day_is_stamped_before_its_package() -> None:
    assert Day(1, date(2026, 9, 2)).stamp == "2026-09-01T15:00:00+00:00"


@pytest.mark.parametrize("share", [0.0, 0.02, 0.3])
def test_as_many_changes_as_asked(share: float) -> None:
    region = plan_country(SPEC.pupils)["78"]
    school = build_school(1, region, region.schools[0], school_year_of(SPEC.first_day))
    changes = SchoolChanges(school, 1, share)
    for number in range(1, 11):
        changes.apply(Day(number, SPEC.first_day + timedelta(days=number)))
    expected = 10 * share * school.plan.pupils
    assert 0.6 * expected <= changes.counts.total() <= 1.1 * expected
