"""A row as its cells of text, in the order of the contract's columns.

Structs would be checked twice and turned into text afterwards; by the million that is half of the time.
A test reads the cells back into structs and finds the same bytes.
"""

from functools import cache

from myedu.contract.tables import columns

Cells = tuple[str, ...]
Rows = dict[str, dict[str, Cells]]
"""table → id → row, in the order in which they were made."""


def make(table: str, row_id: str, at: str, **values: str | int) -> Cells:
    """A row where speed doesn't matter; what is not given is empty."""
    given = {"id": row_id, "updated_at": at, "deleted": "false", **values}
    return tuple(str(given.get(name, "")) for name in _columns(table))


def cell(table: str, row: Cells, column: str) -> str:
    return row[_place(table, column)]


def altered(table: str, row: Cells, **values: str) -> Cells:
    """The row with other values."""
    changed = list(row)
    for column, value in values.items():
        changed[_place(table, column)] = value
    return tuple(changed)


@cache
def _place(table: str, column: str) -> int:
    return _columns(table).index(column)


_columns = cache(columns)  # the structs are looked through anew at each call
