"""The programs for an operator's terminal: `myedu portal`, `myedu exports`, `myedu jobs` and their like."""

import argparse
import functools
import sys
from collections.abc import Sequence

from myedu.kit.terminal import tr, use_catalogue
from myedu.portal import commands, doctor, serve, worker
from myedu.portal.app import ROOMS, erasers_of, settings_kinds
from myedu.portal.commands import Call, Command
from myedu.portal.database_roles import migrate_portal
from myedu.portal.room import Room
from myedu.portal.settings import MAX_WORKERS, DatabaseSettings, MigrateSettings
from myedu.portal.terminal_ru import RUSSIAN

_ABOUT = {
    "portal": "The portal, and what its operator does in a terminal.",
    "exports": "Export packages: what an operator does with them, and where they come from.",
    "jobs": "The worker's queue.",
    "regions": "Regions and their journal systems.",
    "people": "Persons of the exports, for those who help a family or a school.",
    "audit": "Who did what to whose data.",
}


async def _migrate(call: Call) -> None:
    program = call.settings.of(DatabaseSettings).database_url
    owner = call.settings.of(MigrateSettings).migrate_database_url or program
    applied = migrate_portal(owner, program, only_pre=call.options.pre)
    print("\n".join(applied) or tr("nothing to apply"))
    if owner == program:
        warning = tr(
            "warning: the portal's role owns the tables, so it could change its own audit: set"
            " MYEDU_MIGRATE_DATABASE_URL, see docs/operations/database-roles.md"
        )
        print(warning, file=sys.stderr)


def _migrate_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--pre", action="store_true", help=tr("only what programs of the earlier version can run with")
    )


def _serve_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--workers", type=_count, help=tr("processes, instead of MYEDU_WORKERS"))


def _count(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= number <= MAX_WORKERS:
        raise argparse.ArgumentTypeError(
            tr("{text} is no number from 1 to {most}", text=text, most=MAX_WORKERS)
        )
    return number


def all_commands(rooms: tuple[Room, ...] = ROOMS) -> list[Command]:
    """The portal's own commands, then those of the rooms."""
    return [
        Command(
            name="serve",
            help="answer requests; SIGHUP replaces the workers one by one",
            run=serve.serve,
            arguments=_serve_arguments,
            settings=settings_kinds(rooms),
        ),
        Command(
            name="migrate",
            help="bring the database to this version",
            run=_migrate,
            arguments=_migrate_arguments,
            settings=(MigrateSettings,),
        ),
        Command(
            name="work",
            help="do the jobs: scheduled pulls, pushed packages, what operators approved",
            run=functools.partial(worker.work, rooms=rooms),
            settings=worker.worker_settings(rooms),
            programs=("portal", "exports"),
        ),
        Command(
            name="doctor",
            help="look whether everything that the portal needs is there",
            run=functools.partial(doctor.examine, rooms=rooms),
            arguments=commands.json_argument,
            needs_database=False,
        ),
        *(command for room in rooms for command in room.commands),
    ]


def main(
    arguments: Sequence[str] | None = None, *, program: str = "portal", rooms: tuple[Room, ...] = ROOMS
) -> int:
    """Exit status: 0 if it is done, 2 for a wrong command or setting, 1 for what an operator has to fix.

    `program`: a key of _ABOUT. The processes of `serve` always have the rooms that app.py lists.
    """
    use_catalogue(RUSSIAN)
    parser = commands.parser_of(program, _ABOUT[program], all_commands(rooms))
    return commands.run(parser, arguments, erasers_of(rooms))


# `myedu exports`, `myedu jobs` and their like; the exit status is that of `main`.
exports, jobs, regions, people, audit = (
    functools.partial(main, program=program) for program in ("exports", "jobs", "regions", "people", "audit")
)


def doctor_program(arguments: Sequence[str] | None = None) -> int:
    """`myedu doctor`; the exit status is that of `main`."""
    return main(["doctor", *(sys.argv[1:] if arguments is None else arguments)])


if __name__ == "__main__":
    sys.exit(main())
