"""The ready-made feed of changes: nothing lost, nothing sent twice, pages of a bounded size."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myedu.connector.sdk.feed import KEPT, SETTLE, Touched, changes_since
from myedu.contract.answers import Changes
from myedu.contract.problems import ContractError

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Table:
    """Rows that a journal would have; it gives them in any order."""

    def __init__(self, *rows: Touched) -> None:
        self.rows = list(rows)

    async def since(self, instant: datetime) -> Iterable[Touched]:
        return [row for row in self.rows if row.updated_at >= instant]


def touched(student_id: str, seconds: float, **more: object) -> Touched:
    return Touched(student_id=student_id, updated_at=NOW + timedelta(seconds=seconds), **more)


async def ask(table: Table, cursor: str | None, seconds: float, page: int = 1000) -> Changes:
    return await changes_since(cursor, table.since, NOW + timedelta(seconds=seconds), page=page)


def ids(answer: Changes) -> list[str]:
    return [change.student_id for change in answer.changes]


async def test_without_a_cursor_it_begins_now() -> None:
    table = Table(touched("old", -60))
    first = await ask(table, None, 0)
    assert first.changes == ()
    table.rows.append(touched("new", 1))
    second = await ask(table, first.cursor, 10)
    assert ids(second) == ["new"]
    assert ids(await ask(table, second.cursor, 20)) == []


async def test_a_row_waits_until_transactions_of_its_time_have_ended() -> None:
    start = (await ask(Table(), None, 0)).cursor
    table = Table(touched("fast", 3))
    early = await ask(table, start, 4)
    assert ids(early) == []
    table.rows.append(touched("slow", 2))  # its transaction ended after the one dated later
    assert sorted(ids(await ask(table, early.cursor, 3 + SETTLE.total_seconds()))) == ["fast", "slow"]


async def test_rows_of_one_pupil_are_one_change() -> None:
    start = (await ask(Table(), None, 0)).cursor
    day = date(2026, 11, 20)
    table = Table(
        touched("a", 1, what=("marks",), first_day=day),
        touched("a", 2, what=("homework", "marks"), first_day=day + timedelta(days=3)),
        touched("b", 2, what=("marks",)),
        touched("b", 3),
    )
    a, b = sorted((await ask(table, start, 60)).changes, key=lambda one: one.student_id)
    assert (set(a.what), a.first_day, a.last_day) == ({"marks", "homework"}, day, day + timedelta(days=3))
    assert (b.what, b.first_day) == ((), None)  # one row doesn't say what: anything may have changed


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 5)), max_size=40),
    st.integers(1, 7),
)
async def test_pages_hold_every_row_once(rows: list[tuple[int, int]], page: int) -> None:
    """Also where more rows share an instant than a page has."""
    table = Table(*(touched(str(student), second) for student, second in dict.fromkeys(rows)))
    cursor, listed = (await ask(Table(), None, -1)).cursor, []
    for _ in range(len(rows) + 2):
        answer = await ask(table, cursor, 60, page)
        assert len(answer.changes) <= page
        listed += ids(answer)
        cursor = answer.cursor
        if not answer.more:
            break
    assert set(listed) == {row.student_id for row in table.rows}
    # a pupil with rows in two pages is listed in both, never a row twice
    assert len(listed) <= len(table.rows)
    assert ids(await ask(table, cursor, 70, page)) == []


@pytest.mark.parametrize("cursor", ["x", "12", "-5.a", "9" * 20 + ".a", "1.", "٣.a"])
async def test_a_foreign_cursor_is_gone(cursor: str) -> None:
    with pytest.raises(ContractError) as caught:
        await ask(Table(), cursor, 0)
    assert caught.value.problem.code == "cursor-gone"


async def test_an_old_cursor_is_gone() -> None:
    start = (await ask(Table(), None, 0)).cursor
    with pytest.raises(ContractError) as caught:
        await ask(Table(), start, KEPT.total_seconds() + 60)
    assert caught.value.problem.code == "cursor-gone"


async def test_a_cursor_holds_no_id_of_a_person() -> None:
    start = (await ask(Table(), None, 0)).cursor
    table = Table(*(touched(f"pupil-{n}", 1) for n in range(9)))
    assert "pupil" not in (await ask(table, start, 60, page=3)).cursor
