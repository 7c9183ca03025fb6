"""`myedu exports …`: what an operator does with export packages in a terminal."""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from pathlib import Path
from uuid import UUID

import msgspec

from myedu.connector.sdk.client import JournalError, NotThere
from myedu.connector.sdk.clients import JournalClients
from myedu.contract.tables import TABLES
from myedu.kit.progress import StagedProgress
from myedu.kit.settings import Settings
from myedu.kit.terminal import tr
from myedu.portal.commands import (
    SYSTEM_HELP,
    Command,
    CommandFailed,
    json_argument,
    renamed,
    with_database,
)
from myedu.portal.context import CommandContext, WorkerContext
from myedu.portal.exports import service, store
from myedu.portal.exports.models import (
    STAGES_IN_BYTES,
    LoadContext,
    PackageRefused,
    Report,
)
from myedu.portal.exports.report.terminal_lines import about_last, in_words, sentence_of, what_to_do
from myedu.portal.exports.settings import ExportSettings
from myedu.portal.people import service as people
from myedu.portal.settings import JournalAccessSettings, journal_key

_TABLE_ORDER = {table: place for place, table in enumerate(TABLES)}
_APPROVE_HELP = (
    "apply it though it would be held: it archives or erases much, makes other people of many, or has"
    " guardianships that can't be read; also one that was rolled back. Look at --dry-run first"
)


async def _pull(context: CommandContext, options: argparse.Namespace) -> None:
    reports: list[Report] = []
    try:
        await pull(context, options.systems, show=reports.append if options.json else _show)
    finally:
        if options.json:
            print(msgspec.json.encode(reports).decode())


async def pull(
    context: CommandContext, systems: Sequence[str], show: Callable[[Report], None] | None = None
) -> None:
    """Pull the systems' newest packages; none: all that aren't paused. `show` is given each report.

    All are tried; raises CommandFailed at the end for those that failed.
    """
    async with context.database.connection() as conn:
        known = await people.systems(conn)
    chosen = [one for one in known if (one.id in systems if systems else not one.paused_at)]
    if unknown := set(systems) - {one.id for one in known}:
        raise CommandFailed(
            tr(
                "not registered: {systems}; see `myedu portal register`",
                systems=", ".join(sorted(unknown)),
            )
        )
    failed = []
    load = load_context(context)
    async with aclosing(_clients(context.settings, load)) as clients:
        for system in chosen:
            client = clients.client_for(people.address_of(system))
            try:
                with _with_progress(load, system.id) as shown:
                    report = await service.pull(shown, client)
            except NotThere:
                print(tr("{system}: has no export package yet", system=system.id), file=sys.stderr)
                continue
            except (PackageRefused, JournalError) as error:
                failed.append(f"{system.id}: {error}")
                continue
            (show or _show)(report)
            failed += what_to_do(report)
    if failed:
        raise CommandFailed("\n".join(failed))


def _clients(settings: Settings, load: LoadContext) -> JournalClients:
    access = settings.of(JournalAccessSettings)
    key = journal_key(settings)
    return JournalClients(key, clock=load.clock, allow_private=access.allow_private_journals)


async def _load(context: CommandContext, options: argparse.Namespace) -> None:
    if options.agree:
        print(renamed("--agree", "--approve"), file=sys.stderr)
    approved = options.approve or options.agree
    await load(
        context,
        options.system,
        options.folder,
        approved=approved,
        dry_run=options.dry_run,
        as_json=options.json,
    )


async def load(
    context: CommandContext,
    system: str,
    folder: Path,
    *,
    approved: bool = False,
    dry_run: bool = False,
    as_json: bool = False,
) -> None:
    """Import a package that lies in a folder. Raises CommandFailed, also if it is held or refused."""
    with _refusal_as_failure(), _with_progress(load_context(context), system) as shown:
        report = await service.load_folder(shown, system, folder, approved=approved, dry_run=dry_run)
    _print(report, as_json=as_json)


async def _approve(context: CommandContext, options: argparse.Namespace) -> None:
    with _refusal_as_failure(), _with_progress(load_context(context), options.system) as load:
        report = await service.apply_held(load, options.system, options.export_id)
    _print(report, as_json=options.json)


async def _reject(context: CommandContext, options: argparse.Namespace) -> None:
    system, export_id = options.system, options.export_id
    spool, now = service.spool_of(context.settings), context.clock.now()
    if not await service.reject(context.database, spool, system, export_id, None, now):
        raise CommandFailed(
            tr("{package} is not held: see the operator's page «Выгрузки»", package=f"{system} {export_id}")
        )
    print(f"{system} {export_id}: {tr('refused')}")


async def _roll_back(context: CommandContext, options: argparse.Namespace) -> None:
    """Which package it is and what it did is shown before the question."""
    region = options.region
    if not people.is_region(region):
        raise CommandFailed(tr("{region} is not the region: its two digits, such as 25", region=region))
    load = load_context(context)
    with _refusal_as_failure():
        last = await service.last_package(load, region)
        print("\n".join(about_last(region, last)))
        if not options.yes and not _confirmed(tr("Put all this back? y/N")):
            raise CommandFailed(tr("nothing is done"))
        print(in_words(await service.roll_back(load, region, last.export_id)))


def _confirmed(question: str) -> bool:
    if not sys.stdin.isatty():
        raise CommandFailed(
            tr("nothing is done: no terminal to ask in; if this is the package to put back, say --yes")
        )
    try:
        return input(f"{question} ").strip().lower() in ("y", "yes", "д", "да")
    except EOFError:
        return False


async def _problems(context: CommandContext, options: argparse.Namespace) -> None:
    await problems(context, options.system, options.export_id, as_json=options.json)


async def problems(context: CommandContext, system: str, export_id: UUID, *, as_json: bool = False) -> None:
    """One line each: table, line, field, code, words."""
    async with context.database.connection() as conn:
        if await store.package(conn, system, export_id) is None:
            raise CommandFailed(
                tr(
                    "no package {export_id} of {system} was seen: see the operator's page «Выгрузки»",
                    export_id=export_id,
                    system=system,
                )
            )
        found = await service.problems(conn, system, export_id)
    if as_json:
        print(msgspec.json.encode(found).decode())
        return
    if not found:
        print(f"{system} {export_id}: {tr('no problems')}")
    for one in sorted(found, key=lambda problem: _TABLE_ORDER[problem.table]):
        detail = f" ({one.detail})" if one.detail else ""
        print(f"{one.table}:{one.line} {one.field or '-'} {one.code}{detail}: {sentence_of(one.code)}")


def _show(report: Report) -> None:
    print(in_words(report))


def _print(report: Report, *, as_json: bool) -> None:
    """Print what became of a package. Raises CommandFailed if somebody has to do something about it."""
    print(msgspec.json.encode(report).decode() if as_json else in_words(report))
    if needed := what_to_do(report):
        raise CommandFailed("\n".join(needed))


def load_context(context: CommandContext | WorkerContext) -> LoadContext:
    """What the import works with."""
    spool = service.spool_of(context.settings)
    return LoadContext(context.database, context.clock, spool, erasers=tuple(context.erasers))


@contextmanager
def _with_progress(load: LoadContext, system: str) -> Iterator[LoadContext]:
    """The same, showing progress in the terminal."""
    bar = StagedProgress(system, units=dict.fromkeys(STAGES_IN_BYTES, "bytes"))
    try:
        yield msgspec.structs.replace(load, progress=bar)
    finally:
        bar.close()


@contextmanager
def _refusal_as_failure() -> Iterator[None]:
    try:
        yield
    except PackageRefused as error:
        raise CommandFailed(str(error)) from None


def _systems_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("systems", nargs="*", help=tr("system ids; without any, all that aren't paused"))
    json_argument(parser)


def _load_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("system", help=tr("whose package it is: {id}", id=tr(SYSTEM_HELP)))
    parser.add_argument("folder", type=Path, help=tr("where its manifest.json lies, and its files beside it"))
    parser.add_argument("--approve", action="store_true", help=tr(_APPROVE_HELP))
    parser.add_argument("--agree", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--dry-run", action="store_true", help=tr("only say what it would do"))
    json_argument(parser)


def _package_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("system", help=tr(SYSTEM_HELP))
    parser.add_argument("export_id", type=UUID, help=tr("of its manifest; every report begins with it"))


def _package_and_json(parser: argparse.ArgumentParser) -> None:
    _package_arguments(parser)
    json_argument(parser)


def _roll_back_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("region", help=tr("its two digits: 14, 25 and so on"))
    parser.add_argument("--yes", action="store_true", help=tr("don't ask; needed without a terminal"))


_PROGRAMS = ("portal", "exports")

COMMANDS = (
    Command(
        name="pull",
        help="fetch and take in the newest export package",
        run=with_database(_pull),
        arguments=_systems_argument,
        settings=(JournalAccessSettings, ExportSettings),
        programs=_PROGRAMS,
    ),
    Command(
        name="load",
        help="take in an export package that lies in a folder",
        run=with_database(_load),
        arguments=_load_arguments,
        settings=(ExportSettings,),
        programs=_PROGRAMS,
    ),
    Command(
        name="roll-back",
        help="put a region back as it was before its last package",
        run=with_database(_roll_back),
        arguments=_roll_back_arguments,
        settings=(ExportSettings,),
        programs=_PROGRAMS,
    ),
    Command(
        name="approve",
        help="apply a package that was pulled or pushed and is held",
        run=with_database(_approve),
        arguments=_package_and_json,
        settings=(ExportSettings,),
        programs=_PROGRAMS,
        old_names=("agree",),
    ),
    Command(
        name="reject",
        help="refuse a package that is held, and delete its files",
        run=with_database(_reject),
        arguments=_package_arguments,
        settings=(ExportSettings,),
        programs=_PROGRAMS,
        old_names=("refuse",),
    ),
    Command(
        name="problems",
        help="print what is wrong with a package, row by row",
        run=with_database(_problems),
        arguments=_package_and_json,
        programs=_PROGRAMS,
    ),
)
