"""`myedu people find`: who somebody is in the exports. A search is a line of the audit, with its reason."""

import argparse
from collections.abc import Sequence
from datetime import date

import msgspec

from myedu.contract.snils import normalise_snils
from myedu.kit.db import fetch_all
from myedu.kit.sql import load_queries
from myedu.kit.terminal import day, table, tr
from myedu.portal.audit import service as audit
from myedu.portal.commands import Command, CommandFailed, json_argument, with_database
from myedu.portal.context import CommandContext

QUERIES = load_queries(__package__, "find.sql")

_MOST = 50
_LEAST_REASON = 10  # characters: "complaint 123" says something, "x" doesn't


class FoundPerson(msgspec.Struct, frozen=True, kw_only=True):
    """A row of an export with what it says of the person; no SNILS: `has_snils` says whether there is one."""

    region: str
    system_id: str
    id: str
    last_name: str
    first_name: str
    middle_name: str | None
    birth_date: date | None
    has_snils: bool
    has_esia_oid: bool
    archived: bool
    studies: str | None
    works: str | None
    children: int
    guardians: int


async def _find(context: CommandContext, options: argparse.Namespace) -> None:
    asked = _asked(options)
    if len(options.reason.strip()) < _LEAST_REASON:
        raise CommandFailed(tr("--reason is too short: say for whom and why, such as 'complaint 123'"))
    async with context.database.transaction() as conn:
        found = await fetch_all(conn, QUERIES.find_persons, {**asked, "limit": _MOST + 1}, FoundPerson)
        for person in found:
            await audit.record(
                conn,
                at=context.clock.now(),
                action="person.find",
                actor_account=None,
                actor_relation="operator",
                region=person.region,
                system_id=person.system_id,
                person_id=person.id,
                detail={"reason": options.reason.strip()},
            )
    if options.json:
        print(msgspec.json.encode(found[:_MOST]).decode())
    elif not found:
        print(tr("nobody is found"))
    else:
        print(table([_head(), *map(_row, found[:_MOST])]))
    if len(found) > _MOST:
        raise CommandFailed(tr("more than {most} are found: ask more narrowly", most=_MOST))


def _asked(options: argparse.Namespace) -> dict[str, object]:
    """The parameters of the query. Raises CommandFailed for a question that is none, or would take long."""
    snils = normalise_snils(options.snils) if options.snils else None
    if options.snils and snils is None:
        raise CommandFailed(
            tr("{text} is no SNILS: eleven digits, the last two check the others", text=options.snils)
        )
    by_name = options.last_name is not None
    if by_name and not options.region:
        raise CommandFailed(tr("a search by name needs --region"))
    if not (snils or options.esia_oid or by_name):
        raise CommandFailed(tr("say whom: --snils, --esia-oid, or --region with --last-name"))
    return {
        "snils": snils,
        "esia_oid": options.esia_oid,
        "region": options.region,
        "last_name": options.last_name,
        "first_name": options.first_name,
        "birth_date": options.born,
    }


def _head() -> Sequence[str]:
    return (
        tr("region"), tr("system"), "id", tr("name"), tr("born"), tr("SNILS"), tr("ESIA"), tr("studies"),
        tr("works"), tr("children"), tr("guardians"),
    )  # fmt: skip


def _row(person: FoundPerson) -> Sequence[str]:
    names = (
        person.last_name,
        person.first_name,
        person.middle_name,
        tr("(archived)") if person.archived else "",
    )
    return (
        person.region, person.system_id, person.id, " ".join(filter(None, names)),
        str(person.birth_date or "-"), tr("yes") if person.has_snils else "-",
        tr("yes") if person.has_esia_oid else "-", person.studies or "-", person.works or "-",
        str(person.children), str(person.guardians),
    )  # fmt: skip


def _arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--snils", help=tr("eleven digits, also with dashes and spaces"))
    add("--esia-oid", help=tr("the number of the account at ESIA"))
    add("--region", help=tr("its two digits: 14, 25 and so on"))
    add("--last-name", help=tr("as the export has it; е and ё are the same"))
    add("--first-name", help=tr("the same"))
    add("--born", type=day, help=tr("birth date, 2012-05-20"))
    add(
        "--reason",
        required=True,
        help=tr("for whom and why; it is kept in the audit, and the family may see it"),
    )
    json_argument(parser)


COMMANDS = (
    Command(
        name="find",
        help="who somebody is in the exports; each search is written into the audit",
        run=with_database(_find),
        arguments=_arguments,
        programs=("people",),
    ),
)
