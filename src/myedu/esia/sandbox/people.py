"""The sandbox's people, which are data in a file: `cast.json` is the default cast.

All of them are invented.
"""

from collections import Counter
from collections.abc import Iterable
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


class Organisation(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation that people of the cast may work for."""

    oid: int
    full_name: str
    short_name: str
    ogrn: str
    inn: str
    type: Literal["LEGAL", "BUSINESS", "AGENCY"]
    address: str = ""
    email: str = ""


class Role(msgspec.Struct, frozen=True, kw_only=True):
    """A person's place in an organisation, by its oid."""

    organisation: int
    chief: bool = False
    admin: bool = False


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
        self.cast = msgspec.structs.replace(
            self.cast,
            people=tuple(
                _without_role(person, organisation) if person.oid == oid else person
                for person in self.cast.people
            ),
        )


def _without_role(person: SandboxPerson, organisation: int) -> SandboxPerson:
    left = tuple(role for role in person.roles if role.organisation != organisation)
    return msgspec.structs.replace(person, roles=left)


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
