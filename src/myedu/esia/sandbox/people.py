"""The sandbox's people, which are data in a file: `cast.json` is the default cast.

All of them are invented.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Literal

import msgspec

from myedu.contract.snils import normalise_snils

_DEFAULT = Path(__file__).with_name("cast.json")

Account = Literal["confirmed", "unconfirmed", "child", "none"]
"""`none`: no account, known only as a child in a parent's."""


class InvalidPeople(Exception):
    """The cast can't be used; the message lists each place to correct."""


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A document of a person; `type` as ESIA names it: RF_PASSPORT, RF_BRTH_CERT, …"""

    id: int
    type: str
    series: str
    number: str
    issue_date: date
    issued_by: str


class Branch(msgspec.Struct, frozen=True, kw_only=True):
    """A branch: it shares the OGRN and INN of its organisation, and has a KPP of its own."""

    oid: int
    name: str
    kpp: str
    address: str = ""


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """A group of employees, by which ESIA gives rights in a system."""

    id: str
    name: str
    description: str = ""


class Organisation(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation that people of the cast may work for.

    `refuses`: mnemonics of the systems that may not read its data any more.
    """

    oid: int
    full_name: str
    short_name: str
    ogrn: str
    inn: str
    type: Literal["LEGAL", "BUSINESS", "AGENCY"]
    kpp: str | None = None
    oktmo: str | None = None
    address: str = ""
    email: str = ""
    phone: str = ""
    branches: tuple[Branch, ...] = ()
    groups: tuple[Group, ...] = ()
    liquidated: bool = False
    refuses: tuple[str, ...] = ()

    def branch(self, oid: int | None) -> Branch | None:
        """The branch of this oid."""
        return next((branch for branch in self.branches if branch.oid == oid), None)


class Role(msgspec.Struct, frozen=True, kw_only=True):
    """A person's place in an organisation, by its oid, or in a branch of it. `groups`: by their ids."""

    organisation: int
    chief: bool = False
    admin: bool = False
    position: str = ""
    branch: int | None = None
    groups: tuple[str, ...] = ()


class SandboxPerson(msgspec.Struct, frozen=True, kw_only=True):
    """A person. `about` is shown where a person is chosen; `children` are oids of people of the same cast."""

    oid: int
    last_name: str
    first_name: str
    birth_date: date
    gender: Literal["M", "F"]
    account: Account
    middle_name: str | None = None
    snils: str | None = None
    inn: str | None = None
    birth_place: str | None = None
    mobile: str | None = None
    email: str | None = None
    address: str | None = None
    about: str = ""
    children: tuple[int, ...] = ()
    roles: tuple[Role, ...] = ()
    documents: tuple[Document, ...] = ()

    @property
    def full_name(self) -> str:
        """Surname, first name, patronymic."""
        return " ".join(filter(None, (self.last_name, self.first_name, self.middle_name)))

    @property
    def confirmed(self) -> bool:
        """Whether the account is confirmed."""
        return self.account == "confirmed"


class Cast(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The people and organisations of a sandbox; the shape of `cast.json`."""

    people: tuple[SandboxPerson, ...]
    organisations: tuple[Organisation, ...] = ()

    def person(self, oid: int) -> SandboxPerson | None:
        """The person, with an account or without; None if there is no such oid."""
        return next((person for person in self.people if person.oid == oid), None)

    def organisation(self, oid: int) -> Organisation | None:
        """The organisation; None if there is no such oid."""
        return next((organisation for organisation in self.organisations if organisation.oid == oid), None)

    def employees_of(self, oid: int) -> list[tuple[SandboxPerson, Role]]:
        """The people who work for an organisation, each with their place, in the order of the cast."""
        return [(person, role) for person in self.people for role in person.roles if role.organisation == oid]

    def children_of(self, person: SandboxPerson) -> list[SandboxPerson]:
        """The children in the order of the cast."""
        return [child for child in self.people if child.oid in person.children]

    def with_accounts(self) -> list[SandboxPerson]:
        """The people who can sign in."""
        return [person for person in self.people if person.account != "none"]


class AccountRegistry:
    """The cast as it is now (`cast`): the people that the sandbox was started with, and those added since."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self._initial_oids = frozenset(person.oid for person in cast.people)

    def add(self, person: SandboxPerson) -> SandboxPerson:
        """Adds the person; returns the person who then has this oid or SNILS.

        A person added before is replaced, one of the initial cast stays as it is. Raises InvalidPeople.
        """
        same = [known for known in self.cast.people if _is_same(known, person)]
        if initial := next((known for known in same if known.oid in self._initial_oids), None):
            return initial
        others = tuple(known for known in self.cast.people if known not in same)
        changed = msgspec.structs.replace(self.cast, people=(*others, person))
        check_people(changed, "The added person")
        self.cast = changed
        return person

    def end_role(self, oid: int, organisation: int) -> None:
        """The person no longer belongs to the organisation; does nothing if they didn't."""
        self._change_roles(oid, lambda role: None if role.organisation == organisation else role)

    def end_chief(self, oid: int, organisation: int) -> None:
        """The person is no longer the chief of the organisation, but stays its employee."""

        def changed(role: Role) -> Role:
            return msgspec.structs.replace(role, chief=False) if role.organisation == organisation else role

        self._change_roles(oid, changed)

    def set_liquidated(self, organisation: int, *, liquidated: bool) -> None:
        """The organisation is closed, or open again."""
        self._change_organisation(organisation, lambda known: {"liquidated": liquidated})

    def set_refused(self, organisation: int, client_id: str, *, refused: bool) -> None:
        """A system may not read the organisation's data any more, or may again."""

        def changed(known: Organisation) -> dict[str, object]:
            others = tuple(name for name in known.refuses if name != client_id)
            return {"refuses": (*others, client_id) if refused else others}

        self._change_organisation(organisation, changed)

    def _change_roles(self, oid: int, change: Callable[[Role], Role | None]) -> None:
        def changed(person: SandboxPerson) -> SandboxPerson:
            left = tuple(role for role in map(change, person.roles) if role is not None)
            return msgspec.structs.replace(person, roles=left)

        people = tuple(changed(known) if known.oid == oid else known for known in self.cast.people)
        self.cast = msgspec.structs.replace(self.cast, people=people)

    def _change_organisation(self, oid: int, change: Callable[[Organisation], dict[str, object]]) -> None:
        self.cast = msgspec.structs.replace(
            self.cast,
            organisations=tuple(
                msgspec.structs.replace(known, **change(known)) if known.oid == oid else known
                for known in self.cast.organisations
            ),
        )


def _is_same(first: SandboxPerson, second: SandboxPerson) -> bool:
    return first.oid == second.oid or (first.snils is not None and first.snils == second.snils)


def load_people(path: Path) -> Cast:
    """The cast of a JSON file. Raises InvalidPeople."""
    try:
        cast = msgspec.json.decode(path.read_bytes(), type=Cast)
    except OSError as error:
        raise InvalidPeople(f"{path} cannot be read: {error.strerror}.") from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InvalidPeople(f"{path}: {error}") from error
    check_people(cast, str(path))
    return cast


def default_people() -> Cast:
    """The cast of `cast.json` beside this file."""
    return load_people(_DEFAULT)


def check_people(cast: Cast, where: str) -> None:
    """Raises InvalidPeople with a sentence for each contradiction in the cast; `where` begins the message."""
    if problems := _problems(cast):
        raise InvalidPeople(f"{where}:\n" + "\n".join(problems))


def _problems(cast: Cast) -> list[str]:
    oids = {person.oid for person in cast.people}
    organisations = {organisation.oid for organisation in cast.organisations}
    problems = [f"The oid {oid} is there twice." for oid in _repeated(person.oid for person in cast.people)]
    problems += [
        f"The SNILS {snils} is there twice."
        for snils in _repeated(person.snils for person in cast.people if person.snils)
    ]
    for person in cast.people:
        place = f"Person {person.oid}"
        if person.snils is not None and normalise_snils(person.snils) != person.snils:
            problems.append(
                f"{place}: snils {person.snils!r} is not eleven digits with a right check number."
            )
        problems += [
            f"{place}: child {child} is not in the file." for child in person.children if child not in oids
        ]
        problems += [
            f"{place}: organisation {role.organisation} is not in the file."
            for role in person.roles
            if role.organisation not in organisations
        ]
    return problems


def _repeated(values: Iterable[int | str]) -> list[int | str]:
    return [value for value, count in Counter(values).items() if count > 1]
