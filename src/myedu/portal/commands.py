"""What an operator does from a terminal; each command says in words what came of it."""

import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from pathlib import Path
from uuid import UUID

import msgspec

from myedu.connector.sdk.client import JournalError, NotThere
from myedu.connector.sdk.clients import JournalClients
from myedu.connector.sdk.credentials import read_secret
from myedu.contract.answers import PROFILES
from myedu.kit.clock import SystemClock
from myedu.kit.db import Database
from myedu.portal.erasing import ERASERS
from myedu.portal.exports import desk, store, undo
from myedu.portal.exports import service as exports
from myedu.portal.exports.bar import Bar
from myedu.portal.exports.models import Applied, PackageRefused, Report, TableReport
from myedu.portal.exports.words import WORDS
from myedu.portal.people import service as people
from myedu.portal.people.models import System
from myedu.portal.people.registration import is_base_url, is_region, is_system_id
from myedu.portal.settings import ExportSettings

Command = Callable[[ExportSettings, Database], Awaitable[None]]


class CommandFailed(Exception):
    """The sentence says what went wrong and what to do."""


async def register(
    database: Database,
    system: str,
    region: str,
    name: str,
    base_url: str,
    client_id: str,
    *,
    profile: str | None = None,
    token_url: str | None = None,
    secret_file: Path | None = None,
) -> None:
    """Without a profile the system speaks the contract; `secret_file` in place of the portal's own key."""
    if not is_system_id(system):
        raise CommandFailed(
            f"{system} is not the system's id: small letters, digits and -, 2 to 40, such as r25-a"
        )
    if not is_region(region):
        raise CommandFailed(f"{region} is not the region: its two digits, such as 25")
    new = System(
        id=system,
        region=region,
        name=name,
        base_url=_checked_url(base_url),
        client_id=client_id,
        profile=_checked_profile(profile),
        token_url=_checked_url(token_url) if token_url else None,
        secret_file=_checked_secret(secret_file) if secret_file else None,
        registered_at=SystemClock().now(),
    )
    try:
        async with database.transaction() as conn:
            await people.register_system(conn, new)
    except people.SystemMoved as error:
        raise CommandFailed(str(error)) from None
    print(f"{system}: registered, region {region}, {base_url}")


def _checked_url(address: str) -> str:
    if not is_base_url(address):
        raise CommandFailed(
            f"{address} is no address of a journal: write https://host or https://host/path, no / at the end"
        )
    return address


def _checked_profile(profile: str | None) -> str | None:
    if profile is not None and profile not in PROFILES:
        raise CommandFailed(
            f"no profile {profile}: known is {', '.join(PROFILES)}; without one, the contract"
        )
    return profile


def _checked_secret(file: Path) -> str:
    """The path; the secret itself stays where it is."""
    try:
        read_secret(file)
    except JournalError as error:
        raise CommandFailed(f"{file}: {error.sentence}") from None
    return str(file.absolute())


async def pull(settings: ExportSettings, database: Database, key: str, systems: Sequence[str]) -> None:
    """One system's failure doesn't keep the others from being pulled; it is told at the end."""
    async with database.connection() as conn:
        known = await people.systems(conn)
    chosen = (
        [one for one in known if one.id in systems]
        if systems
        else [one for one in known if not one.paused_at]
    )
    if unknown := set(systems) - {one.id for one in known}:
        raise CommandFailed(f"not registered: {', '.join(sorted(unknown))}; see `myedu portal register`")
    failed = []
    tools = tools_of(settings, database)
    clients = JournalClients(key, clock=tools.clock, allow_private=settings.allow_private_journals)
    async with aclosing(clients):
        for system in chosen:
            client = clients.client_for(people.address_of(system))
            try:
                with _shown(tools, system.id) as told:
                    report = await exports.pull(told, client)
            except NotThere:
                print(f"{system.id}: has no export package yet")
                continue
            except (PackageRefused, JournalError) as error:
                failed.append(f"{system.id}: {error}")
                continue
            print(in_words(report))
    if failed:
        raise CommandFailed("\n".join(failed))


async def load(
    settings: ExportSettings,
    database: Database,
    system: str,
    folder: Path,
    *,
    agreed: bool,
    dry_run: bool = False,
) -> None:
    try:
        with _shown(tools_of(settings, database), system) as tools:
            report = await exports.load_folder(tools, system, folder, agreed=agreed, dry_run=dry_run)
        print(in_words(report))
    except PackageRefused as error:
        raise CommandFailed(str(error)) from None


async def agree(settings: ExportSettings, database: Database, system: str, export_id: UUID) -> None:
    try:
        with _shown(tools_of(settings, database), system) as tools:
            report = await exports.agree(tools, system, str(export_id))
        print(in_words(report))
    except PackageRefused as error:
        raise CommandFailed(str(error)) from None


async def refuse(settings: ExportSettings, database: Database, system: str, export_id: UUID) -> None:
    """An operator's no to a held package, from a terminal."""
    now = SystemClock().now()
    if not await desk.refuse(database, settings.spool, system, export_id, None, now):
        raise CommandFailed(f"{system} {export_id} is not held: see the operator's page «Выгрузки»")
    print(f"{system} {export_id}: refused")


async def roll_back(settings: ExportSettings, database: Database, region: str, *, yes: bool) -> None:
    """Put a region back as it was before its last package; which that is and what it did is told first."""
    if not is_region(region):
        raise CommandFailed(f"{region} is no region: its two digits, such as 25")
    tools = tools_of(settings, database)
    try:
        last = await undo.last_package(tools, region)
        print("\n".join(_about_last(region, last)))
        if not yes and not _says_yes("Put all this back?"):
            raise CommandFailed("nothing is done")
        print(in_words(await undo.roll_back(tools, region, last.export_id)))
    except PackageRefused as error:
        raise CommandFailed(str(error)) from None


def _about_last(region: str, last: Applied) -> Iterator[str]:
    yield (
        f"region {region}: the last package is {last.export_id} of {last.system_id} ({last.mode},"
        f" made {last.created_at:%Y-%m-%d %H:%M %Z}), applied {last.applied_at:%Y-%m-%d %H:%M %Z}; it did"
    )
    for table in last.tables:
        yield from _about_table(table)


def _says_yes(question: str) -> bool:
    if not sys.stdin.isatty():
        raise CommandFailed("nothing is done: nobody can be asked here; if this is what is to go, say --yes")
    try:
        return input(f"{question} y/N ").strip().lower() in ("y", "yes")
    except EOFError:
        return False


async def problems(database: Database, system: str, export_id: UUID) -> None:
    """One line each: table, line, field, code, words."""
    async with database.connection() as conn:
        if await store.package(conn, system, export_id) is None:
            raise CommandFailed(
                f"no package {export_id} of {system} was seen: see the operator's page «Выгрузки»"
            )
        found = await store.problems(conn, system, export_id)
    if not found:
        print(f"{system} {export_id}: no problems")
    for one in found:
        detail = f" ({one.detail})" if one.detail else ""
        print(f"{one.table}:{one.line} {one.field or '-'} {one.code}{detail}: {WORDS[one.code]}")


def in_words(report: Report) -> str:
    """A report as a few lines for a terminal."""
    lines = [f"{report.system_id} {report.export_id}: {report.state}"]
    if report.reason:
        lines.append(f"  {report.code}: {report.reason}")
    for table in report.tables:
        lines += _about_table(table)
    lines += [f"  {count} × {code}: {WORDS[code]}" for code, count in sorted(report.problems.items())]
    return "\n".join(lines)


def _about_table(table: TableReport) -> Iterator[str]:
    one = table.changes
    yield (
        f"  {one.table:14} {table.rows:>8} rows, {one.added} added, {one.changed} changed,"
        f" {one.archived} archived, {one.restored} restored, {one.erased} erased,"
        f" {table.set_aside} set aside"
    )
    if one.fields:
        told = (f"{name} in {rows}" for name, rows in sorted(one.fields.items()))
        yield f"  {'':14} {'':>8} changed are {', '.join(told)}"


def tools_of(settings: ExportSettings, database: Database) -> exports.Tools:
    """What the conveyor works with, here and in the worker."""
    return exports.Tools(database, SystemClock(), settings.spool, erasers=ERASERS)


@contextmanager
def _shown(tools: exports.Tools, system: str) -> Iterator[exports.Tools]:
    """Tools whose belt tells the terminal how far it is."""
    bar = Bar(system)
    try:
        yield msgspec.structs.replace(tools, progress=bar)
    finally:
        bar.close()
