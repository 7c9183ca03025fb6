"""The commands `myedu exports …`: open what they need, run the belt, say in words what came of it."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import aiohttp

from myedu.connector.sdk.client import JournalAddress, JournalClient, JournalError
from myedu.kit.clock import SystemClock
from myedu.kit.db import Database
from myedu.portal.exports import service, store
from myedu.portal.exports.models import PackageRefused, Report
from myedu.portal.exports.service import Tools
from myedu.portal.exports.words import WORDS
from myedu.portal.people import service as people


async def pull(database_url: str, spool: Path, system_id: str, journal_key: str) -> str:
    """Fetch and take in a registered system's newest package. `journal_key`: PEM text."""
    database = await Database.open(database_url, max_size=2, name="myedu-exports")
    clock = SystemClock()
    try:
        async with database.connection() as conn:
            system = await people.system(conn, system_id)
        if system is None:
            return f"no system {system_id} is registered: register it first"
        address = JournalAddress(system.id, system.base_url, system.client_id)
        async with aiohttp.ClientSession() as http:
            client = JournalClient(http, address, journal_key, clock=clock)
            return in_words(await service.pull(Tools(database, clock, spool), client))
    except (PackageRefused, JournalError) as error:
        return str(error)
    finally:
        await database.close()


async def load(database_url: str, spool: Path, system_id: str, folder: Path, *, agreed: bool = False) -> str:
    """Take in a package that lies in a folder; `agreed`: though it archives much."""
    database = await Database.open(database_url, max_size=2, name="myedu-exports")
    try:
        tools = Tools(database, SystemClock(), spool)
        return in_words(await service.load_folder(tools, system_id, folder, agreed=agreed))
    except PackageRefused as error:
        return str(error)
    finally:
        await database.close()


async def problems(database_url: str, system_id: str, export_id: UUID) -> Iterator[str]:
    """The problems of a package, one line each: file, line, field, code, words."""
    database = await Database.open(database_url, max_size=1, name="myedu-exports")
    try:
        async with database.connection() as conn:
            found = await store.problems(conn, system_id, export_id)
    finally:
        await database.close()
    return (
        f"{one.table}:{one.line} {one.field or '-'} {one.code}"
        f"{f' ({one.detail})' if one.detail else ''}: {WORDS[one.code]}"
        for one in found
    )


def in_words(report: Report) -> str:
    """A report as a few lines for a terminal."""
    lines = [f"{report.system_id} {report.export_id}: {report.state}"]
    if report.reason:
        lines.append(f"  {report.code}: {report.reason}")
    for table in report.tables:
        one = table.changes
        lines.append(
            f"  {one.table:14} {table.rows:>8} rows, {one.added} added, {one.changed} changed,"
            f" {one.archived} archived, {one.restored} restored, {table.set_aside} set aside"
        )
    lines += [f"  {count} × {code}: {WORDS[code]}" for code, count in sorted(report.problems.items())]
    return "\n".join(lines)
