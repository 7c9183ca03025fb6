"""What the rules of the export share."""

import csv
from collections.abc import AsyncIterator, Callable, Iterable, Sequence

from myedu.connector.conformance.ask import Answer
from myedu.connector.conformance.case import Case
from myedu.connector.conformance.package import UNPACK_RULE, Table
from myedu.connector.conformance.rule import Blocked, Broken, Nothing

_SHOWN = 3
_KEPT = 100  # places told of by one rule: the first ones lead to the fault

Wrong = Callable[[str], bool]
"""Whether a cell that is not empty is wrong."""


def none_at(places: Sequence[str], ru: str, en: str, *answers: Answer) -> None:
    """Raises Broken, naming the first places, unless there are none."""
    if not places:
        return
    shown, more = ", ".join(places[:_SHOWN]), len(places) - _SHOWN
    many = "+" if len(places) >= _KEPT else ""
    raise Broken(
        f"{ru}: {shown}{f' и ещё {more}{many}' if more > 0 else ''}",
        f"{en}: {shown}{f' and {more}{many} more' if more > 0 else ''}",
        *answers,
    )


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
            if len(found) >= _KEPT:
                return found
    return found


def places(table: Table) -> Iterable[tuple[int, dict[str, str]]]:
    """Number of the row's line (the header is line 1, a row is one line) and the row. Raises Blocked."""
    try:
        yield from enumerate(table.rows(), 2)
    except (UnicodeDecodeError, csv.Error) as error:
        raise Blocked(UNPACK_RULE, f"{table.name} не читается: {error}", f"{table.name}: {error}") from None


def repeated(ids: Iterable[str]) -> list[str]:
    """The ids that stand more than once, at most `_KEPT` of them."""
    seen: set[str] = set()
    twice: list[str] = []
    for one in ids:
        if one in seen and len(twice) < _KEPT:
            twice.append(one)
        seen.add(one)
    return twice
