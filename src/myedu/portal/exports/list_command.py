"""`myedu exports list`: the newest packages of every system in a terminal."""

import argparse
from collections.abc import Sequence

import msgspec

from myedu.kit.terminal import table, tr
from myedu.portal.commands import Command, CommandFailed, json_argument, with_database
from myedu.portal.context import CommandContext
from myedu.portal.exports import service
from myedu.portal.exports.models import PackageLine
from myedu.portal.people import service as people

_HELD = "held"


async def _list(context: CommandContext, options: argparse.Namespace) -> None:
    async with context.database.connection() as conn:
        if options.system and await people.system(conn, options.system) is None:
            raise CommandFailed(
                tr("not registered: {systems}; see `myedu portal register`", systems=options.system)
            )
        found = [
            package
            for package in await service.newest_packages(conn)
            if options.system in (None, package.system_id) and (not options.held or package.state == _HELD)
        ]
    if options.json:
        print(msgspec.json.encode(found).decode())
    elif found:
        print(table([_head(), *map(_row, found)]))
    else:
        print(tr("no package is found"))


def _head() -> Sequence[str]:
    return (
        tr("region"), tr("system"), tr("package"), tr("state"), tr("kind"), tr("made (UTC)"),
        tr("received (UTC)"), tr("problems"), tr("code"),
    )  # fmt: skip


def _row(package: PackageLine) -> Sequence[str]:
    return (
        package.region, package.system_id, str(package.export_id), tr(package.state), package.mode,
        f"{package.created_at:%Y-%m-%d %H:%M}", f"{package.received_at:%Y-%m-%d %H:%M}",
        str(package.problem_rows), package.code or "-",
    )  # fmt: skip


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--system", help=tr("only of this system, such as r25-a"))
    parser.add_argument("--held", action="store_true", help=tr("only those that wait for a decision"))
    json_argument(parser)


COMMANDS = (
    Command(
        name="list",
        help="the five newest packages of every system; those that wait for a decision come first",
        run=with_database(_list),
        arguments=_arguments,
        programs=("exports",),
    ),
)
