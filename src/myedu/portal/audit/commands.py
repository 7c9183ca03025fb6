"""`myedu audit list`: lines of the audit in a terminal; looking at one person's lines is a line itself."""

import argparse
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from myedu.kit.terminal import table, tr
from myedu.portal.audit import service
from myedu.portal.audit.models import WrittenLine
from myedu.portal.commands import Command, CommandFailed, json_argument, with_database
from myedu.portal.context import CommandContext

_MOST = 10_000
_PERSON = 3  # words: region, system, id


async def _list(context: CommandContext, options: argparse.Namespace) -> None:
    now = context.clock.now()
    if options.person and not options.reason:
        raise CommandFailed(tr("--person needs --reason: it is kept in the audit, and the family may see it"))
    async with context.database.transaction() as conn:
        found = await service.lines(
            conn,
            person=tuple(options.person) if options.person else None,
            account=options.account,
            action=options.action,
            since=now - timedelta(days=options.days),
            limit=options.limit,
        )
        if options.person:
            region, system_id, person_id = options.person
            await service.record(
                conn,
                at=now,
                action="audit.read",
                actor_account=None,
                actor_relation="operator",
                region=region,
                system_id=system_id,
                person_id=person_id,
                detail={"reason": options.reason},
            )
    if options.json:
        print(msgspec.json.encode(found).decode())
    elif found:
        print(table([_head(), *map(_row, found)]))
    else:
        print(tr("no line is found"))


def _head() -> Sequence[str]:
    return (tr("at (UTC)"), tr("action"), tr("who"), tr("account"), tr("whom"), tr("detail"))


def _row(line: WrittenLine) -> Sequence[str]:
    whom = "/".join(filter(None, (line.region, line.system_id, line.person_id)))
    return (
        _moment(line.at), line.action, line.actor_relation, str(line.actor_account or "-"), whom or "-",
        msgspec.json.encode(line.detail).decode(),
    )  # fmt: skip


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"


def _number(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    if not 1 <= number <= _MOST:
        raise argparse.ArgumentTypeError(tr("{text} is no number from 1 to {most}", text=text, most=_MOST))
    return number


def _arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--person", nargs=_PERSON, metavar=("REGION", "SYSTEM", "ID"), help=tr("whose data it was about"))
    add("--account", type=UUID, help=tr("who did it: an account of the portal"))
    add("--action", help=tr("such as diary.read"))
    add("--days", type=_number, default=7, help=tr("how far back [7]"))
    add("--limit", type=_number, default=100, help=tr("the newest so many [100]"))
    add("--reason", help=tr("why the lines about a person are looked at"))
    json_argument(parser)


COMMANDS = (
    Command(
        name="list",
        help="who did what, the newest first; without --person, about anybody",
        run=with_database(_list),
        arguments=_arguments,
        programs=("audit",),
    ),
)
