"""Ids that name rows of other tables: in the package, or held by the portal and standing after it."""

from collections.abc import Mapping

import msgspec
import polars as pl
from psycopg import AsyncConnection

from myedu.contract.tables import TABLES
from myedu.portal.exports.checks import CheckedTable, Finding, among, problems_of
from myedu.portal.exports.rules import Rule, rules_of
from myedu.portal.people.intake import Place, held_ids


async def match_references(
    conn: AsyncConnection, place: Place, checked: Mapping[str, CheckedTable], *, full: bool
) -> dict[str, CheckedTable]:
    """Set rows aside whose references lead nowhere; in the contract's order, so that it carries on.

    An optional reference that leads nowhere costs its value, not the row.
    """
    matched = dict(checked)
    for name in TABLES:
        if name in matched:
            for rule in rules_of(name):
                if rule.refers_to:
                    matched[name] = await _match(conn, place, matched, name, rule, full)
    return matched


async def _match(
    conn: AsyncConnection,
    place: Place,
    tables: Mapping[str, CheckedTable],
    name: str,
    rule: Rule,
    full: bool,
) -> CheckedTable:
    assert rule.refers_to is not None
    table, target = tables[name], tables.get(rule.refers_to)
    column, frame = pl.col(rule.name), table.frame
    standing = target.frame.filter(~pl.col("deleted"))["id"] if target else ()
    loose = frame.filter(~pl.col("deleted") & column.is_not_null() & ~among(column, standing))
    if loose.is_empty():
        return table
    asked = set(loose[rule.name])
    # What a full package does not have is gone after it, but for rows set aside and lines that were not read.
    if full and target and target.is_whole:
        asked &= target.set_aside
    if target:
        asked -= set(target.frame.filter("deleted")["id"])
    held = await held_ids(conn, place, rule.refers_to, asked) if asked else set()
    wrong = among(pl.col("id"), loose["id"]) & ~among(column, held)
    finding = Finding(rule.name, "unknown-reference", rule.severity, wrong, rule.name)
    problems = [*table.problems, *problems_of(name, frame, [finding])]
    if rule.severity == "field":
        emptied = frame.with_columns(pl.when(~wrong).then(column).alias(rule.name))
        return msgspec.structs.replace(table, frame=emptied, problems=problems)
    return msgspec.structs.replace(
        table,
        frame=frame.filter(~wrong),
        problems=problems,
        set_aside=table.set_aside | set(frame.filter(wrong)["id"]),
    )
