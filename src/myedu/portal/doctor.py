"""`myedu doctor`: whether everything that the portal needs is there; it changes nothing."""

import asyncio
import os
from collections.abc import Sequence
from functools import partial

import msgspec
import psycopg

from myedu.kit.clock import SystemClock
from myedu.kit.db import Database, DatabaseUnreachable, fetch_all, fetch_value
from myedu.kit.migrate import MigrationError, pending_migrations
from myedu.kit.settings import NotRead, Settings, SettingsError
from myedu.kit.terminal import tr
from myedu.portal import database_metrics
from myedu.portal.app import check_settings, settings_kinds
from myedu.portal.checks import Check, Finding, failed, ok, warning
from myedu.portal.commands import Call, CommandFailed
from myedu.portal.context import CommandContext
from myedu.portal.database_metrics import Slot
from myedu.portal.room import Room
from myedu.portal.settings import DatabaseSettings

_CONNECTIONS = 4
_OLDEST_POSTGRES = 15
_MOST_SKEW = 5.0  # seconds: ESIA and journals refuse tokens of another time


async def examine(call: Call, rooms: tuple[Room, ...]) -> None:
    """Print a line for each finding. Raises CommandFailed if something doesn't work."""
    findings = await findings_of(rooms)
    if call.options.json:
        print(msgspec.json.encode(findings).decode())
    else:
        print("\n".join(_lines(findings)))
    if bad := sum(finding.state == "failed" for finding in findings):
        raise CommandFailed(tr("failed: {count}", count=bad))


def _lines(findings: Sequence[Finding]) -> list[str]:
    words = {state: tr(state) for state in ("ok", "warning", "failed")}
    width = max(len(finding.about) for finding in findings)
    state_width = max(map(len, words.values()))
    return [
        f"{words[finding.state]:{state_width}}  {finding.about:{width}}  {finding.sentence}"
        for finding in findings
    ]


async def findings_of(rooms: tuple[Room, ...]) -> list[Finding]:
    """The portal's own findings, then those of the rooms in their order."""
    settings, findings = _readable_settings(rooms)
    try:
        url = settings.of(DatabaseSettings).database_url
        database = await Database.open(url, max_size=_CONNECTIONS, name="myedu-doctor")
    except NotRead:
        return findings
    except DatabaseUnreachable as error:
        return [*findings, failed(tr("database"), str(error))]
    try:
        context = CommandContext(settings=settings, clock=SystemClock(), database=database, erasers=())
        own = await _carefully(_database, context)
        findings += own
        if any(finding.state == "failed" for finding in own):
            return findings  # without its tables nothing else can be asked
        checks: list[Check] = [_log_of_database]
        checks += [check for room in rooms for check in room.checks]
        for found in await asyncio.gather(*(_carefully(check, context) for check in checks)):
            findings += found
    finally:
        await database.close()
    return findings


def _readable_settings(rooms: tuple[Room, ...]) -> tuple[Settings, list[Finding]]:
    """All settings; if some can't be read, the others, with a finding for each line of the error."""
    kinds, about = settings_kinds(rooms), tr("settings")
    try:
        settings = Settings.read(kinds, os.environ)
        check_settings(settings, rooms)
    except SettingsError as error:
        problems = [failed(about, line) for line in str(error).splitlines()]
        readable = []
        for kind in kinds:
            try:
                readable.append(Settings.read((kind,), os.environ).of(kind))
            except SettingsError:
                continue
        return Settings(readable), problems
    return settings, [ok(about, tr("all are set, and their files can be read"))]


async def _carefully(check: Check, context: CommandContext) -> Sequence[Finding]:
    """A check whose own failure is a finding too; one that lacks settings is left out."""
    try:
        return await check(context)
    except NotRead:
        return ()
    except Exception as error:
        name = (check.func if isinstance(check, partial) else check).__name__
        return [failed(name, f"{type(error).__name__}: {error}")]


async def _database(context: CommandContext) -> Sequence[Finding]:
    about = tr("database")
    async with context.database.connection() as conn:
        major = conn.info.server_version // 10_000
        before = context.clock.now()
        row = await (await conn.execute("SELECT clock_timestamp()")).fetchone()
        assert row is not None
        skew = round((row[0] - before).total_seconds())
    try:
        pending = await asyncio.to_thread(
            pending_migrations, context.settings.of(DatabaseSettings).database_url, "myedu.portal"
        )
    except (MigrationError, psycopg.Error) as error:
        return [failed(about, str(error))]
    if major < _OLDEST_POSTGRES:
        return [failed(about, tr("PostgreSQL {version} is too old: 15 or newer is needed", version=major))]
    if pending:
        return [
            failed(
                about,
                tr("{count} migrations are not applied: run `myedu portal migrate`", count=len(pending)),
            )
        ]
    found = [ok(about, tr("PostgreSQL {version}, all migrations are applied", version=major))]
    if abs(skew) > _MOST_SKEW:
        sentence = tr("the database's differs by {seconds} s: let both machines follow NTP", seconds=skew)
        found.append(warning(tr("clock"), sentence))
    return found


async def _log_of_database(context: CommandContext) -> Sequence[Finding]:
    """Whether what should follow PostgreSQL's log does: standbys, the backup."""
    about = tr("database log")
    async with context.database.connection() as conn:
        slots = await fetch_all(conn, database_metrics.QUERIES.slots, None, Slot)
        archive_fails = await fetch_value(conn, database_metrics.QUERIES.archive_fails, None)
    found = [
        warning(
            about,
            tr(
                "nobody reads the slot {slot}, for which {size} MiB are kept: docs/operations/alarms.md",
                slot=slot.name,
                size=round(slot.kept_bytes / 1024**2),
            ),
        )
        for slot in slots
        if not slot.is_active
    ]
    if archive_fails:
        found.append(failed(about, tr("it can't be archived: docs/operations/alarms.md")))
    return found or [ok(about, tr("slots that are read: {count}", count=len(slots)))]
