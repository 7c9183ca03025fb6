"""A full package of a system that has rows already: most rows are the same as last night (ADR 0019).

Each held row has a digest of its values as they were imported. Of a file only (id, line, digest) is copied
for all rows; rows that differ are staged and go on like the rows of a delta. A row with the same digest was
checked before, and what it was checked by is the same too, except for what this package removes or changes:
the rows that refer to it are affected, and staged as they are held. A row with a problem has no digest and is
checked again.
"""

import msgspec

from myedu.contract.tables import REFERENCES
from myedu.portal.exports.load.staging import FAMILIES, REFERENCE, REGION, TABLE, Named, Staging


class Differences(msgspec.Struct, frozen=True):
    """How many lines of a file differ from the held rows, and how many held rows the file lacks."""

    lines: int
    absent: int


class _Line(msgspec.Struct):
    line: int


async def find_differences(
    staging: Staging, table: str, *, archive_absent: bool, ordered: bool
) -> Differences:
    """Compare a file's rows, which are in the working table `seen`, with the held ones.

    `archive_absent`: rows that the file lacks are removed; `ordered`: no id is in the file twice.
    """
    await staging.transfer(TABLE.find_differences, "differences", table, archive_absent=archive_absent)
    if not ordered:
        await staging.execute(TABLE.add_duplicates_to_differences, table)
    await staging.analyze_working("differences")
    (counted,) = await staging.fetch(REGION.count_differences, Differences, table)
    return counted


async def differing_lines(staging: Staging, table: str, first: int, last: int) -> list[int]:
    """Which of the lines from `first` to `last`, both included, differ from the held rows."""
    found = await staging.fetch(REGION.differing_lines, _Line, table, first=first, last=last)
    return [one.line for one in found]


async def stage_affected(staging: Staging) -> None:
    """Stage unchanged held rows that were checked by what the package changes or removes.

    For a delta they are only marked: the next full package checks them.
    """
    gone = {row.name for row in await staging.fetch_of_all_tables(TABLE.has_removals, Named)}
    for table, references in REFERENCES.items():
        for column, target in references.items():
            if target in gone:
                await staging.execute(REFERENCE.mark_affected, table, column)
    await staging.execute(FAMILIES.mark_links_of_changed_ages)
    await staging.execute(FAMILIES.mark_enrollments_of_changed_schools)
    for row in await staging.fetch(REGION.affected_tables, Named):
        await staging.execute(TABLE.stage_affected, row.name)
