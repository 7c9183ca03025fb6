"""Rows that go for good: those about erased persons, and those that were archived too long ago."""

from datetime import datetime

from myedu.contract.tables import REFERENCES, TABLES
from myedu.portal.exports.load.staging import REFERENCE, REGION, TABLE, Staging, has_partitions
from myedu.portal.exports.tables import references_to_persons


async def save_rows_of_erased(staging: Staging) -> None:
    """Keep the rows about the persons of people.erased, to undo their erasure."""
    for table, column in references_to_persons():
        await staging.execute(REFERENCE.save_rows_of_erased, table, column)


async def erase_rows_of_erased(staging: Staging) -> None:
    """Erase the rows about the persons of people.erased."""
    gone = references_to_persons()
    for table, column in gone:
        await staging.execute(REFERENCE.erase_rows_of_erased, table, column)
    for table, references in REFERENCES.items():
        for column, target in references.items():
            if target in dict(gone):
                await staging.execute(REFERENCE.invalidate_digests, table, column)


async def erase_archived(staging: Staging, before: datetime) -> int:
    """Erase what was archived before a time, and the rows about the persons among it; how many persons.

    They are in people.erased until the import ends.
    """
    if not await has_partitions(staging):
        return 0
    await staging.execute(REGION.open_partitions)
    persons = await staging.execute(REGION.list_expired, before=before)
    for table in TABLES:
        await staging.execute(TABLE.expire, table, before=before)
    if persons:
        await erase_rows_of_erased(staging)
    return persons
