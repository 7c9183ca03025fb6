"""What the rules of the export share."""

import csv
from collections.abc import AsyncIterator, Callable, Iterable

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import KEPT
from myedu.connector.conformance.package import UNPACK_RULE, Table
from myedu.connector.conformance.rule import Blocked, Skipped

Wrong = Callable[[str], bool]
"""True for the text of a cell that is wrong; never called for an empty one."""


async def tables_of(case: Case, *names: str) -> AsyncIterator[Table]:
    """The named tables (all by default) that the package has, except Parquet. Raises Skipped, Blocked."""
    package = await case.package()
    for entry in package.manifest.tables:
        if names and entry.table not in names:
            continue
        try:
            yield await package.table(entry.table)
        except Skipped:  # Parquet
            continue


async def wrong_cells(case: Case, columns: Iterable[tuple[str, str]], wrong: Wrong) -> list[str]:
    """`table:line:column` of the wrong cells in these (table, column) pairs, about KEPT at most."""
    by_table: dict[str, list[str]] = {}
    for name, column in columns:
        by_table.setdefault(name, []).append(column)
    found: list[str] = []
    async for table in tables_of(case, *by_table):
        for line, row in places(table):
            found += [
                f"{table.name}:{line}:{column}"
                for column in by_table[table.name]
                if row.get(column) and wrong(row[column])
            ]
            if len(found) >= KEPT:
                return found
    return found


def places(table: Table) -> Iterable[tuple[int, dict[str, str]]]:
    """Line number and row, counting one line for each row and the header as line 1. Raises Blocked."""
    try:
        yield from enumerate(table.rows(), 2)
    except (UnicodeDecodeError, csv.Error) as error:
        raise Blocked(UNPACK_RULE, f"{table.name} не читается: {error}", f"{table.name}: {error}") from None
