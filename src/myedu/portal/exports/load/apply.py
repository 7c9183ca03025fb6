"""What a package would do, and doing it: rows change as a set, and how they were is kept for a roll-back."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from myedu.contract.tables import TABLES
from myedu.portal.exports.load.erasure import erase_rows_of_erased, save_rows_of_erased
from myedu.portal.exports.load.staging import REGION, TABLE, Named, Staging
from myedu.portal.exports.models import TableChanges
from myedu.portal.exports.tables import joined_columns


class RowsMoved(Exception):
    """Another program wrote a held row after it was compared: the package has to be imported again."""


class Proposal(msgspec.Struct, frozen=True):
    """What a package would do, by table in the contract's order.

    `stamped`: table → rows whose values stay and whose time stamp and digest are written.
    """

    changes: Sequence[TableChanges]
    stamped: Mapping[str, int]


class _Tally(msgspec.Struct):
    table_name: str
    change: str
    fields: list[str]
    rows: int
    identity: int


async def propose(staging: Staging, staged: Collection[str], current: Mapping[str, int]) -> Proposal:
    """What the compared package would do. `staged`: the tables that it has.

    `current`: table → rows that aren't archived, where that is known; counting them reads the whole table.
    """
    await staging.analyze_working("changes")
    counts = {table: Counter[str]() for table in TABLES}
    fields = {table: Counter[str]() for table in TABLES}
    for tally in await staging.fetch(REGION.tally_changes, _Tally):
        counts[tally.table_name][tally.change] += tally.rows
        counts[tally.table_name]["identity"] += tally.identity
        if tally.change == "changed":
            fields[tally.table_name].update(dict.fromkeys(tally.fields, tally.rows))
    stamped = {table: counts[table].pop("stamped", 0) for table in TABLES}
    changes = []
    for table in TABLES:
        held = current.get(table)
        if table in staged and staging.mode(table) in ("unindexed", "new"):
            counts[table]["added"], held = await staging.fetch_value(TABLE.count_staged, table), 0
        elif held is None:
            held = await staging.fetch_value(TABLE.count_current, table)
        values = {
            "table": table,
            "held": held,
            "fields": dict(sorted(fields[table].items())),
            **counts[table],
        }
        changes.append(msgspec.convert(values, TableChanges))
    return Proposal(changes, stamped)


async def apply(staging: Staging, proposal: Proposal, *, export_id: UUID, now: datetime) -> None:
    """Do what was proposed, and keep what is needed to undo it.

    Erased persons are in people.erased until the import ends, for each room to erase what it keeps of them.
    Raises RowsMoved.
    """
    if staging.unindexed:
        await _attach_partitions(staging)
        return
    for change in proposal.changes:
        await _apply_table(staging, change, proposal.stamped[change.table], export_id, now)
    if any(change.table == "persons" and change.erased for change in proposal.changes):
        await save_rows_of_erased(staging)
        await erase_rows_of_erased(staging)
    for row in await staging.fetch(REGION.tables_to_check_again, Named):
        await staging.execute(TABLE.invalidate_held_digests, row.name)


async def _apply_table(
    staging: Staging, change: TableChanges, stamped: int, export_id: UUID, now: datetime
) -> None:
    table = change.table
    await staging.execute(TABLE.clear_undo, table)
    if change.archived:
        await staging.execute(TABLE.archive, table, export_id=export_id, now=now)
    if expected := change.changed + change.restored + stamped:
        await staging.execute(TABLE.save_previous, table)
        done = await staging.execute(TABLE.change, table, export_id=export_id)
        if done != expected:
            raise RowsMoved(
                f"{expected} rows of {table} were to be changed and {done} were where they had been"
            )
    if change.erased:
        if table == "persons":
            await staging.execute(REGION.list_erased)
        await staging.execute(TABLE.erase, table)
    if change.added:
        add = TABLE.add_all if staging.mode(table) == "new" else TABLE.add
        await staging.execute(add, table, export_id=export_id)
    if change.added > change.held:
        await _analyze_held(staging, table)


async def _attach_partitions(staging: Staging) -> None:
    """Build the indexes of a region's first partitions, now that all rows are there, and show them."""
    for table in TABLES:
        await staging.execute(REGION.attach_unindexed_partition, table)
        await _analyze_held(staging, table)


async def _analyze_held(staging: Staging, table: str) -> None:
    # Of a column without statistics the planner expects one row in two hundred to be null.
    await staging.analyze_held(table, (*joined_columns(table), "archived_at"))
