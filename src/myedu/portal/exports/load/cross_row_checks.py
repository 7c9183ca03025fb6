"""Checks that need the whole package: duplicate ids, dangling references, impossible families.

They are set-based. Findings are in the working table `findings`; rows with an error leave the staging.
"""

from collections.abc import Collection

from myedu.contract.tables import REFERENCES, TABLES
from myedu.kit.sql import Query
from myedu.portal.exports.load.changed_rows import stage_affected
from myedu.portal.exports.load.staging import FAMILIES, REFERENCE, REGION, TABLE, Named, Staging
from myedu.portal.exports.tables import RIGHTS, joined_columns, severity_of

# Guardians of guardians of a person: no real chain is this long, so what is left after it counts as a cycle.
_GENERATIONS = 20


async def compare_table(staging: Staging, table: str, *, ordered: bool) -> bool:
    """Reduce a table's staged rows to one an id, and compute what they change; whether they change anything.

    `ordered`: no id can be in the file twice.
    """
    if staging.held:  # else no plan depends on it
        await staging.analyze_staged(table, (*joined_columns(table)[2:], "deleted"))
    if not ordered:
        await _remove_duplicates(staging, table)
    if staging.mode(table) in ("unindexed", "new"):
        return True  # nothing is held, so all rows are new
    changes = await staging.execute(TABLE.compare, table, found_only=False)
    if staging.mode(table) == "renewed":
        changes += await staging.execute(TABLE.archive_absent, table)
    return changes > 0


async def check_rows_together(
    staging: Staging, tables: Collection[str], *, changing: Collection[str]
) -> None:
    """Check the package's tables, which are compared already.

    `changing`: tables in which something changes. Rows of other tables that refer to none of these are as
    they were when they were last checked.
    """
    if staging.held:
        await stage_affected(staging)
    to_check = {table for table in tables if {table, *REFERENCES[table].values()} & set(changing)}
    # In the contract's order, so that a rejected row costs the rows that refer to it.
    for table in TABLES:
        if table in to_check and (staging.held or table != "guardianships"):
            await _check_references(staging, table)
    if "guardianships" in to_check:
        await _check_guardianships(staging)
    if "enrollments" in to_check:
        await _find(staging, FAMILIES.find_two_schools)
    for row in await staging.fetch(REGION.tables_with_findings, Named):
        await _compare_findings(staging, row.name)
    if staging.held:
        for table in RIGHTS:
            await staging.execute(TABLE.revoke_rejected, table)


async def _remove_duplicates(staging: Staging, table: str) -> None:
    if await staging.fetch_value(TABLE.has_duplicate_ids, table):
        for step in (TABLE.drop_repeated, TABLE.find_duplicate_ids, TABLE.reject):
            await staging.execute(step, table)


async def _compare_findings(staging: Staging, table: str) -> None:
    """Compute again what becomes of rows with a finding; they are checked again next time too."""
    await staging.execute(TABLE.invalidate_digests_of_findings, table)
    if staging.mode(table) in ("renewed", "delta"):
        await staging.execute(TABLE.discard_changes_of_findings, table)
        await staging.execute(TABLE.compare, table, found_only=True)


async def _check_references(staging: Staging, table: str) -> None:
    """All dangling references of a row are found before the row is rejected."""
    has_error = False
    for column in REFERENCES[table]:
        severity = severity_of(table, column)
        dangling = await _find(staging, REFERENCE.find_dangling, table, column, severity=severity)
        if dangling and severity == "field":
            await staging.execute(REFERENCE.clear_dangling, table, column)
        has_error = has_error or (dangling and severity == "error")
    if has_error:
        await staging.execute(TABLE.reject, table)


async def _check_guardianships(staging: Staging) -> None:
    with_held = bool(staging.held)
    single = FAMILIES.find_older_children if with_held else FAMILIES.find_invalid_links
    has_error = await _find(staging, single, with_held=with_held)
    if await staging.transfer(FAMILIES.seed_cycles, "cycles", with_held=with_held):
        has_error = await _find_cycles(staging) or has_error
    if has_error:
        await staging.execute(TABLE.reject, "guardianships")


async def _find_cycles(staging: Staging) -> bool:
    """Remove the links that are in no cycle; whether any are left."""
    for _ in range(_GENERATIONS if staging.held else 0):
        if not await staging.execute(FAMILIES.extend_cycles):
            break
    for _ in range(_GENERATIONS):
        if not await staging.execute(FAMILIES.prune_cycles):
            break
    if staging.held:
        await staging.execute(FAMILIES.mark_links_of_cycles)
        await staging.execute(TABLE.stage_affected, "guardianships")
    return await _find(staging, FAMILIES.find_cycles)


async def _find(staging: Staging, query: Query, table: str = "", column: str = "", **values: object) -> bool:
    """Note the query's rows as findings; whether there are any."""
    return await staging.transfer(query, "findings", table, column, **values)
