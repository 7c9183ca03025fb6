"""What the rules of the export share."""

import csv
from collections.abc import AsyncIterator, Callable, Iterable

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import KEPT
from myedu.connector.conformance.package import UNPACK_RULE, Table
from myedu.connector.conformance.rule import Blocked, Nothing

Wrong = Callable[[str], bool]
"""Whether a cell that is not empty is wrong."""


async def tables_of(case: Case, *names: str) -> AsyncIterator[Table]:
    """The named tables, or all, that the package has and that can be read. Raises Nothing, Blocked."""
    package = await case.package()
    for entry in package.manifest.tables:
        if names and entry.table not in names:
            continue
        try:
            yield await package.table(entry.table)
        except Nothing:  # Parquet
            continue


async def wrong_cells(case: Case, columns: Iterable[tuple[str, str]], wrong: Wrong) -> list[str]:
    """Places of the cells of (table, column) that are wrong; empty ones are never."""
    wanted: dict[str, list[str]] = {}
    for table, column in columns:
        wanted.setdefault(table, []).append(column)
    found: list[str] = []
    async for one in tables_of(case, *wanted):
        for line, row in places(one):
            found += [
                f"{one.name}:{line}:{name}" for name in wanted[one.name] if row.get(name) and wrong(row[name])
            ]
            if len(found) >= KEPT:
                return found
    return found


def places(table: Table) -> Iterable[tuple[int, dict[str, str]]]:
    """Number of the row's line (the header is line 1, a row is one line) and the row. Raises Blocked."""
    try:
        yield from enumerate(table.rows(), 2)
    except (UnicodeDecodeError, csv.Error) as error:
        raise Blocked(UNPACK_RULE, f"{table.name} не читается: {error}", f"{table.name}: {error}") from None
