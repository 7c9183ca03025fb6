"""Who asks, about whom, and where that is kept."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

Relation = Literal["self", "guardian"]


class Place(msgspec.Struct, frozen=True):
    """Whose rows: every key of people begins with these two."""

    region: str
    system_id: str


class Viewer(msgspec.Struct, frozen=True):
    """Who has signed in. `trusted`: ESIA confirmed the person, or it is a child's own account."""

    account_id: UUID
    esia_oid: str
    snils: str | None
    trusted: bool
    level: str
    first_name: str
    last_name: str
    birth_date: date | None


class Student(msgspec.Struct, frozen=True):
    """A child whom a viewer may see, in one journal. Made only by `people.service`, out of the one door."""

    child: UUID
    region: str
    system_id: str
    person_id: str
    relation: Relation
    first_name: str
    last_name: str
    middle_name: str | None
    birth_date: date | None
    organization_id: str
    organization_name: str
    time_zone: str
    group_id: str
    group_name: str
    grade: int | None
    esia_oid: str | None = None


class Period(msgspec.Struct, frozen=True):
    """A quarter, half, trimester, module or year of a school; both days inclusive."""

    id: str
    kind: str
    number: int
    name: str
    starts_on: date
    ends_on: date


class Kid(msgspec.Struct, frozen=True):
    """A child whose guardian ESIA says somebody is. SNILS as eleven digits."""

    snils: str
    oid: str | None
    birth_date: date


class ErasedPerson(msgspec.Struct, frozen=True):
    """A person who is erased in the transaction under way."""

    person_id: str
    public_id: UUID
    snils: str | None


class System(msgspec.Struct, frozen=True, kw_only=True):
    """A journal system that the portal knows; `paused_at` is set while an operator keeps it out.

    `profile` None is the contract. Of a client's secret only the file's path is known, never the secret.
    """

    id: str
    region: str
    name: str
    base_url: str
    client_id: str
    profile: str | None = None
    token_url: str | None = None
    secret_file: str | None = None
    registered_at: datetime
    paused_at: datetime | None = None
