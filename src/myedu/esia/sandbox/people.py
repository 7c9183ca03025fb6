"""The people of the sandbox: data, never code. `cast.json` is the default cast; all of it is invented."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Literal

import msgspec

from myedu.contract.snils import normalise_snils

_DEFAULT = Path(__file__).with_name("cast.json")

Account = Literal["confirmed", "unconfirmed", "child", "none"]
"""`none`: known only as a child in a parent's account."""


class PeopleWrong(Exception):
    """A cast is not usable; the message lists every place to mend."""


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """`type` as ESIA names it: RF_PASSPORT, RF_BRTH_CERT, …"""

    id: int
    type: str
    series: str
    number: str
    issue_date: date
    issued_by: str


class Organisation(msgspec.Struct, frozen=True, kw_only=True):
    oid: int
    full_name: str
    short_name: str
    ogrn: str
    inn: str
    type: Literal["LEGAL", "BUSINESS", "AGENCY"]
    address: str = ""
    email: str = ""


class Role(msgspec.Struct, frozen=True, kw_only=True):
    organisation: int
    chief: bool = False
    admin: bool = False


class SandboxPerson(msgspec.Struct, frozen=True, kw_only=True):
    """`about` is shown on the page of choice, in Russian; `children` are oids of people of the same file."""

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
        return " ".join(filter(None, (self.last_name, self.first_name, self.middle_name)))

    @property
    def confirmed(self) -> bool:
        return self.account == "confirmed"


class Cast(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    people: tuple[SandboxPerson, ...]
    organisations: tuple[Organisation, ...] = ()

    def person(self, oid: int) -> SandboxPerson | None:
        return next((person for person in self.people if person.oid == oid), None)

    def organisation(self, oid: int) -> Organisation | None:
        return next((organisation for organisation in self.organisations if organisation.oid == oid), None)

    def children_of(self, person: SandboxPerson) -> list[SandboxPerson]:
        return [child for child in self.people if child.oid in person.children]

    def with_accounts(self) -> list[SandboxPerson]:
        return [person for person in self.people if person.account != "none"]


class Casting:
    """Who has an account now: the people it was started with, and those who were invited since."""

    def __init__(self, cast: Cast) -> None:
        self.now = cast
        self._first = frozenset(person.oid for person in cast.people)

    def invite(self, person: SandboxPerson) -> SandboxPerson:
        """Whoever has this oid or SNILS afterwards; one invited before is replaced, the others stay."""
        same = [one for one in self.now.people if _is_same(one, person)]
        if first := next((one for one in same if one.oid in self._first), None):
            return first
        others = tuple(one for one in self.now.people if one not in same)
        changed = msgspec.structs.replace(self.now, people=(*others, person))
        check_people(changed, "The invited person")
        self.now = changed
        return person


def _is_same(one: SandboxPerson, other: SandboxPerson) -> bool:
    return one.oid == other.oid or (one.snils is not None and one.snils == other.snils)


def load_people(path: Path) -> Cast:
    """A cast out of a JSON file; PeopleWrong where it cannot be used."""
    try:
        cast = msgspec.json.decode(path.read_bytes(), type=Cast)
    except OSError as error:
        raise PeopleWrong(f"{path} cannot be read: {error.strerror}.") from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise PeopleWrong(f"{path}: {error}") from error
    check_people(cast, str(path))
    return cast


def default_people() -> Cast:
    return load_people(_DEFAULT)


def check_people(cast: Cast, where: str) -> None:
    """PeopleWrong, with everything that would make ESIA contradict itself, one sentence each."""
    if problems := _problems(cast):
        raise PeopleWrong(f"{where}:\n" + "\n".join(problems))


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
