"""A row as a tuple of text cells, in the order of the contract's columns.

Structs would be checked twice and turned into text afterwards: half of the time for millions of rows.
A test reads the cells back into structs and finds the same bytes.
"""

from functools import cache

from myedu.contract.tables import columns

Cells = tuple[str, ...]
"""One row; an absent value is an empty cell."""
Rows = dict[str, dict[str, Cells]]
"""table → id → row, in the order in which they were made."""


def make_row(table: str, row_id: str, at: str, **values: str | int) -> Cells:
    """A row by column names, for places where speed doesn't matter. `at`: its `updated_at`."""
    given = {"id": row_id, "updated_at": at, "deleted": "false", **values}
    return tuple(str(given.get(name, "")) for name in columns(table))


def cell(table: str, row: Cells, column: str) -> str:
    """The cell of a column. ValueError if the table has no such column."""
    return row[_position(table, column)]


def with_cells(table: str, row: Cells, **values: str) -> Cells:
    """A copy of the row with other values in these columns."""
    changed = list(row)
    for column, value in values.items():
        changed[_position(table, column)] = value
    return tuple(changed)


@cache
def _position(table: str, column: str) -> int:
    return columns(table).index(column)
