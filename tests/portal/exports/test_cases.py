"""Packages that once failed (data/cases of MYEDU_REAL_DATA), with what is said of each now."""

from datetime import timedelta
from pathlib import Path

import pytest

from myedu.kit.clock import FixedClock
from myedu.portal.exports.models import LoadContext
from tests.portal.exports.taking import Ask, take


@pytest.mark.parametrize(
    ("case", "problems"),
    [
        ("02-pandas-parquet/floats", {}),
        ("02-pandas-parquet/numeric-ids", {}),
        ("11-excel-mangled/before", {}),
        (
            "11-excel-mangled/after",
            {"duplicate-id": 4, "rounded-id": 12, "short-snils": 4, "unknown-reference": 8},
        ),
        ("11-excel-mangled/one-pupil", {"rounded-id": 3}),
        ("16-invisible-in-roster/package", {"birth-to-come": 1, "cleaned": 5, "required": 3}),
    ],
)
async def test_a_case(
    context: LoadContext, clock: FixedClock, ask: Ask, real_data: Path, case: str, problems: dict[str, int]
) -> None:
    folder = real_data / "cases" / case
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent")
    clock.advance(timedelta(days=30))  # the packages were made a week after the tests' day
    report = await take(context, folder)
    assert (report.state, report.problems) == ("applied", problems)
    if case.startswith("02"):
        unborn = "SELECT count(*) FROM people.persons WHERE birth_date IS NULL"
        assert (ask(unborn), ask("SELECT count(*) FROM people.guardianships")) == ([0], [4])
        assert ask("SELECT grade FROM people.groups WHERE kind = 'class'") == [7]
