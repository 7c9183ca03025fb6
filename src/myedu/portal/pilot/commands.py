"""`myedu regions show`, `add`, `set`, `contacts`: the regions' cards in a terminal."""

import argparse
from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from myedu.kit.terminal import table, tr
from myedu.portal.commands import Command, CommandFailed, json_argument, with_database
from myedu.portal.context import CommandContext
from myedu.portal.people.service import is_region
from myedu.portal.pilot import deeds, forms, store
from myedu.portal.pilot.facts import all_facts
from myedu.portal.pilot.models import CONTACT_ROLES, STATES, Card, Contact, RegionFacts, RegionState
from myedu.portal.pilot.terminal_words import role_word, state_word, trouble_word

_LONGEST_NAME = 200


class RegionLine(msgspec.Struct, frozen=True, kw_only=True):
    """A region's readiness, for a program. `troubles`: codes of what needs a deed, the most urgent first."""

    code: str
    name: str
    state: RegionState
    joined_on: date | None
    export_days: int
    authority_oids: list[str]
    notes: str
    systems: int
    conforming: int
    on_time: int
    schools: int
    schools_verified: int
    posts: int
    posts_verified: int
    troubles: list[str]
    contacts: list[Contact]


async def _show(context: CommandContext, options: argparse.Namespace) -> None:
    async with context.database.connection() as conn:
        regions = await all_facts(conn, context.clock.now(), region=options.region)
        if options.region is not None and not regions:
            raise CommandFailed(_unknown(options.region))
        lines = [_line(one, await store.contacts(conn, one.card.code)) for one in regions]
    if options.json:
        print(msgspec.json.encode(lines if options.region is None else lines[0]).decode())
    elif options.region is None:
        print(table([_head(), *map(_cells, lines)]))
    else:
        print("\n".join(f"{name}: {value}" for name, value in _facts(lines[0])))


def _line(one: RegionFacts, contacts: list[Contact]) -> RegionLine:
    card, today = one.card, one.today
    return RegionLine(
        **msgspec.structs.asdict(card),
        systems=today.systems,
        conforming=today.conforming,
        on_time=today.on_time,
        schools=today.schools,
        schools_verified=today.schools_verified,
        posts=today.posts,
        posts_verified=today.posts_verified,
        troubles=[trouble.code for trouble in one.troubles],
        contacts=contacts,
    )


def _head() -> Sequence[str]:
    return (
        tr("region"), tr("name"), tr("state"), tr("reports passed"), tr("exports in time"), tr("schools"),
        tr("posts"), tr("needs action"),
    )  # fmt: skip


def _cells(line: RegionLine) -> Sequence[str]:
    return (
        line.code, line.name, state_word(line.state),
        f"{line.conforming}/{line.systems}", f"{line.on_time}/{line.systems}",
        _share(line.schools_verified, line.schools), _share(line.posts_verified, line.posts),
        ", ".join(trouble_word(code) for code in dict.fromkeys(line.troubles)) or "-",
    )  # fmt: skip


def _facts(line: RegionLine) -> Sequence[tuple[str, str]]:
    contacts = [
        f"{one.id}. {role_word(one.role)}: {', '.join(filter(None, (one.name, one.email, one.phone)))}"
        for one in line.contacts
    ]
    return [
        *zip(_head(), _cells(line), strict=True),
        (tr("in the pilot since"), str(line.joined_on or "-")),
        (tr("an export every days"), str(line.export_days)),
        (tr("authority at ESIA"), ", ".join(line.authority_oids) or "-"),
        (tr("notes"), line.notes or "-"),
        (tr("contacts"), "; ".join(contacts) or "-"),
    ]


def _share(number: int, everything: int) -> str:
    return f"{number}/{everything}" if everything else "-"


async def _add(context: CommandContext, options: argparse.Namespace) -> None:
    if not is_region(options.region):
        raise CommandFailed(
            tr("{region} is not the region: its two digits, such as 25", region=options.region)
        )
    new = Card(
        code=options.region,
        name=_name(options.name),
        state="registered",
        joined_on=None,
        export_days=1,
        authority_oids=[],
        notes="",
    )
    async with context.database.transaction() as conn:
        if not await deeds.add_region(conn, deeds.TERMINAL, new, context.clock.now()):
            raise CommandFailed(tr("{region}: is a region of the pilot already", region=options.region))
    print(tr("{region}: added, {name}", region=new.code, name=new.name))


async def _set(context: CommandContext, options: argparse.Namespace) -> None:
    names = ("state", "joined_on", "export_days", "authority", "notes")
    given = {name: value for name in names if (value := getattr(options, name)) is not None}
    if not given and options.name is None and options.publish is None:
        raise CommandFailed(tr("say what to set: --state, --joined-on and so on"))
    now = context.clock.now()
    async with context.database.transaction() as conn:
        card = await store.card(conn, options.region)
        if card is None:
            raise CommandFailed(_unknown(options.region))
        if given or options.name is not None:
            await deeds.change_card(conn, deeds.TERMINAL, _changed(card, given, options.name), now)
        if options.publish is not None:
            agreed = options.publish == "yes"
            await deeds.publish(conn, deeds.TERMINAL, card.code, now, agreed=agreed)
    print(tr("{region}: set", region=options.region))


def _changed(card: Card, given: Mapping[str, str], name: str | None) -> Card:
    form = msgspec.structs.replace(forms.form_of(card), **given)
    try:
        changed = forms.changed_card(card, form)
    except forms.FormProblem as problem:
        raise CommandFailed(tr(problem.sentence)) from None
    return changed if name is None else msgspec.structs.replace(changed, name=_name(name))


async def _contacts(context: CommandContext, options: argparse.Namespace) -> None:
    now = context.clock.now()
    async with context.database.transaction() as conn:
        if await store.card(conn, options.region) is None:
            raise CommandFailed(_unknown(options.region))
        if options.remove is not None:
            await deeds.remove_contact(conn, deeds.TERMINAL, options.region, options.remove, now)
        if options.add is not None:
            role, name = options.add
            form = forms.ContactForm(
                id=None, role=role, name=name, email=options.email or "", phone=options.phone or ""
            )
            try:
                new = forms.checked_contact(form)
                await deeds.add_contact(conn, deeds.TERMINAL, options.region, new, now)
            except forms.FormProblem as problem:
                raise CommandFailed(tr(problem.sentence)) from None
            except deeds.TooManyContacts as problem:
                raise CommandFailed(str(problem)) from None
        found = await store.contacts(conn, options.region)
    if options.json:
        print(msgspec.json.encode(found).decode())
    elif found:
        head = (tr("id"), tr("role"), tr("name"), tr("e-mail"), tr("phone"))
        rows = [
            (str(one.id), role_word(one.role), one.name, one.email or "-", one.phone or "-") for one in found
        ]
        print(table([head, *rows]))
    else:
        print(tr("{region}: has no contact", region=options.region))


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise CommandFailed(tr("write the region's name, such as «Город Москва»"))
    return name


def _unknown(region: str) -> str:
    return tr("{region}: is no region of the pilot: `myedu regions add`", region=region)


def _region_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("region", help=tr("its two digits: 14, 25 and so on"))


def _show_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("region", nargs="?", help=tr("its two digits: 14, 25 and so on"))
    json_argument(parser)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    _region_argument(parser)
    parser.add_argument("name", help=tr("as people read it"))


def _set_arguments(parser: argparse.ArgumentParser) -> None:
    _region_argument(parser)
    add = parser.add_argument
    add("--name", help=tr("as people read it"))
    add("--state", choices=STATES, help=tr("how far the region is"))
    add("--joined-on", metavar="DAY", help=tr("when it joined the pilot, such as 2026-12-01"))
    add("--export-days", metavar="N", help=tr("a package is due at least every N days"))
    add("--authority", metavar="OIDS", help=tr("ESIA's numbers of the authority's organisations, by commas"))
    add("--notes", help=tr("for operators only"))
    add("--publish", choices=("yes", "no"), help=tr("whether everyone may read its conformance reports"))


def _contacts_arguments(parser: argparse.ArgumentParser) -> None:
    _region_argument(parser)
    add = parser.add_argument
    add(
        "--add",
        nargs=2,
        metavar=("ROLE", "NAME"),
        help=tr("a new one; ROLE: {roles}", roles=", ".join(CONTACT_ROLES)),
    )
    add("--email", help=tr("of the new one"))
    add("--phone", help=tr("of the new one"))
    add("--remove", type=int, metavar="ID", help=tr("remove the one with this id"))
    json_argument(parser)


_PROGRAMS = ("regions",)

COMMANDS = (
    Command(
        name="show",
        help="how ready the regions are, those that need action first; or one region's card",
        run=with_database(_show),
        arguments=_show_arguments,
        programs=_PROGRAMS,
    ),
    Command(
        name="add",
        help="add a region to the pilot",
        run=with_database(_add),
        arguments=_add_arguments,
        programs=_PROGRAMS,
    ),
    Command(
        name="set",
        help="change a region's card",
        run=with_database(_set),
        arguments=_set_arguments,
        programs=_PROGRAMS,
    ),
    Command(
        name="contacts",
        help="a region's contacts: list them, add one, remove one",
        run=with_database(_contacts),
        arguments=_contacts_arguments,
        programs=_PROGRAMS,
    ),
)
