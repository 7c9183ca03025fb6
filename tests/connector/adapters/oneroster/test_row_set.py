"""A set of rows."""

from hypothesis import given
from hypothesis import strategies as st

from myedu.connector.adapters.oneroster.row_set import RowSet

LINES = st.lists(st.integers(0, 5_000), max_size=60)


@given(LINES, LINES)
def test_it_counts_as_a_set_does(lines: list[int], others: list[int]) -> None:
    mine, other = RowSet(), RowSet()
    assert [mine.add(line) for line in lines] == [line not in lines[:n] for n, line in enumerate(lines)]
    for line in others:
        other.add(line)
    assert len(mine) == len(set(lines))
    assert mine.count_without(other) == len({*lines} - {*others})


def test_rows_without_a_line_count_by_id() -> None:
    rows = RowSet()
    assert [rows.add("a"), rows.add("a"), rows.add(1), rows.add("b")] == [True, False, True, True]
    assert len(rows) == 3
