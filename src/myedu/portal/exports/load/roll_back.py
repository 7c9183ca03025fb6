"""Takes a package's changes back."""

from uuid import UUID

from myedu.contract.tables import TABLES
from myedu.portal.exports.load.staging import REGION, TABLE, Staging


async def undo_package(staging: Staging, export_id: UUID) -> None:
    """Put everything back as it was before the system's last package, erased rows included."""
    await staging.execute(REGION.open_partitions)
    for table in TABLES:
        for step in (TABLE.undo_inserts, TABLE.undo_changes, TABLE.undo_erasures, TABLE.clear_undo):
            await staging.execute(step, table, export_id=export_id)
