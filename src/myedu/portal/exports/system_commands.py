"""`myedu exports …`: when a system is pulled, and who may push its packages."""

import argparse
from collections.abc import Sequence
from datetime import datetime, time
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from psycopg import AsyncConnection

from myedu.connector.sdk.signing import BadKey
from myedu.kit.terminal import table, tr
from myedu.portal.commands import SYSTEM_HELP, Command, CommandFailed, json_argument, with_database
from myedu.portal.context import CommandContext
from myedu.portal.exports import schedules, service, store
from myedu.portal.exports.models import Package, SystemLine
from myedu.portal.people import service as people

_NEVER = "never"


async def _schedule(context: CommandContext, options: argparse.Namespace) -> None:
    system = options.system
    async with context.database.transaction() as conn:
        await _require_system(conn, system)
        if options.local_time == _NEVER:
            await schedules.unschedule(conn, system)
            print(tr("{system}: has no schedule any more", system=system))
            return
        at, zone = _time(options.local_time), _zone(options.time_zone)
        first = await schedules.schedule(conn, system, at, zone, context.clock.now())
    print(
        tr(
            "{system}: pulled every day at {at} {zone}, first at {first}",
            system=system, at=f"{at:%H:%M}", zone=zone.key, first=first.isoformat(),
        )
    )  # fmt: skip


async def _vendor_key(context: CommandContext, options: argparse.Namespace) -> None:
    try:
        pem = options.public_key.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandFailed(
            tr("{file}: {error}: give a public key in PEM", file=options.public_key, error=error)
        ) from None
    try:
        async with context.database.transaction() as conn:
            await _require_system(conn, options.system)
            await service.register_key(conn, options.system, pem, context.clock.now())
    except BadKey as error:
        raise CommandFailed(str(error)) from None
    print(
        tr(
            "{system}: its vendor pushes with this key; tokens of an earlier key have ended",
            system=options.system,
        )
    )


async def _retry(context: CommandContext, options: argparse.Namespace) -> None:
    await retry(context, options.system)


async def retry(context: CommandContext, system: str) -> None:
    """Queue a system's failed jobs again; if it has none, a pull."""
    async with context.database.transaction() as conn:
        await _require_system(conn, system)
        again = await service.retry(conn, system, None, context.clock.now())
    if again:
        print(tr("{system}: failed jobs queued again: {count}", system=system, count=again))
    else:
        print(tr("{system}: a pull is queued", system=system))


async def _regions(context: CommandContext, options: argparse.Namespace) -> None:
    """A line a system: a region may have several."""
    async with context.database.connection() as conn:
        systems = await service.systems(conn)
        held = {
            one.system_id: one.export_id for one in await service.newest_packages(conn) if one.state == "held"
        }
        lines = [
            _line(system, await store.current_package(conn, system.id), held.get(system.id))
            for system in systems
        ]
    if options.json:
        print(msgspec.json.encode(lines).decode())
    elif lines:
        print(table([_head(), *map(_cells, lines)]))
    else:
        print(tr("none is registered: `myedu portal register`"))


class RegionLine(msgspec.Struct, frozen=True, kw_only=True):
    """A system of a region: when it is pulled, the package that stands, one that waits for a decision."""

    region: str
    system_id: str
    name: str
    pulled: str | None
    package_at: datetime | None
    held: UUID | None
    last_failure: str | None


def _line(system: SystemLine, current: Package | None, held: UUID | None) -> RegionLine:
    return RegionLine(
        region=system.region,
        system_id=system.id,
        name=system.name,
        pulled=f"{system.local_time:%H:%M} {system.time_zone}" if system.local_time else None,
        package_at=current.created_at if current else None,
        held=held,
        last_failure=system.code,
    )


def _head() -> Sequence[str]:
    return (
        tr("region"), tr("system"), tr("name"), tr("pulled"), tr("last package (UTC)"),
        tr("waits for a decision"), tr("last failure"),
    )  # fmt: skip


def _cells(line: RegionLine) -> Sequence[str]:
    package = f"{line.package_at:%Y-%m-%d %H:%M}" if line.package_at else "-"
    return (
        line.region, line.system_id, line.name, line.pulled or "-", package, str(line.held or "-"),
        line.last_failure or "-",
    )  # fmt: skip


async def _require_system(conn: AsyncConnection, system: str) -> None:
    if await people.system(conn, system) is None:
        raise CommandFailed(tr("not registered: {systems}; see `myedu portal register`", systems=system))


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        raise CommandFailed(tr("{text} is no time of day: write 02:30, or `never`", text=text)) from None


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise CommandFailed(
            tr("no time zone {name}: write an IANA name such as Asia/Vladivostok", name=name)
        ) from None


def _system_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("system", help=tr(SYSTEM_HELP))


def _schedule_arguments(parser: argparse.ArgumentParser) -> None:
    _system_argument(parser)
    parser.add_argument("local_time", help=tr("02:30, or `never`"))
    parser.add_argument(
        "time_zone", nargs="?", default="Europe/Moscow", help=tr("Asia/Vladivostok and so on")
    )


def _vendor_key_arguments(parser: argparse.ArgumentParser) -> None:
    _system_argument(parser)
    parser.add_argument("public_key", type=Path, help=tr("PEM file: RSA from 2048 bits, or P-256"))


_PROGRAMS = ("portal", "exports")

COMMANDS = (
    Command(
        name="list",
        help="every region's systems: when they are pulled, their last package, what waits",
        run=with_database(_regions),
        arguments=json_argument,
        programs=("regions",),
    ),
    Command(
        name="schedule",
        help="pull a system every day at a time of its region",
        run=with_database(_schedule),
        arguments=_schedule_arguments,
        programs=_PROGRAMS,
    ),
    Command(
        name="vendor-key",
        help="let a system's vendor push packages with this key",
        run=with_database(_vendor_key),
        arguments=_vendor_key_arguments,
        programs=_PROGRAMS,
    ),
    Command(
        name="retry",
        help="do a system's failed jobs again, or pull it now",
        run=with_database(_retry),
        arguments=_system_argument,
        programs=_PROGRAMS,
    ),
)
