"""Viewers, the children and groups that they may see, and journal systems."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

import msgspec

Relation = Literal["self", "guardian"]


class Place(msgspec.Struct, frozen=True):
    """The journal system whose rows they are: both are part of every key of people."""

    region: str
    system_id: str


class SchoolKey(msgspec.Struct, frozen=True):
    """An organisation of an export: all three are its key."""

    region: str
    system_id: str
    organization_id: str


class SchoolClass(msgspec.Struct, frozen=True):
    """A class of a school, and how many study there."""

    name: str
    grade: int | None
    pupils: int


class Viewer(msgspec.Struct, frozen=True):
    """The person of a session. `trusted`: ESIA confirmed the person, or it is a child's own account.

    `level`: of the account by ESIA; `snils`: eleven digits.
    """

    account_id: UUID
    esia_oid: str
    snils: str | None
    trusted: bool
    level: str
    first_name: str
    last_name: str
    birth_date: date | None


class Student(msgspec.Struct, frozen=True):
    """A child whom a viewer may see, in one journal. Made only by `people.service`.

    `child`: the id in addresses; `person_id`: in the journal. The organisation and group are of the current
    enrolment.
    """

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


class EsiaMembership(msgspec.Struct, frozen=True):
    """An organisation for which an account acts by ESIA's word; `ogrn`: if it is a legal entity."""

    oid: str
    ogrn: str | None = None


class StaffViewer(msgspec.Struct, frozen=True):
    """A viewer with the organisations for which their account acts; made only by `identity.service`."""

    viewer: Viewer
    memberships: tuple[EsiaMembership, ...]


class StaffGroup(msgspec.Struct, frozen=True):
    """A group that a viewer works with. Made only by `people.service.visible_groups`.

    `staff_id`: the viewer's post; `relation`: its role (contract.tables.STAFF_ROLES, or another);
    `subject_ids`: what the post teaches the group, empty for other posts.
    """

    region: str
    system_id: str
    organization_id: str
    organization_name: str
    time_zone: str
    group_id: str
    group_name: str
    group_kind: str
    grade: int | None
    staff_id: str
    relation: str
    subject_ids: list[str]


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
    last_name: str | None = None
    first_name: str | None = None
    middle_name: str | None = None


AsksFor = Literal["self", "kid", "typed"]
"""Whose diary is sought: the viewer's own, that of a child whom ESIA names as theirs, that of another."""


class SoughtChild(msgspec.Struct, frozen=True, kw_only=True):
    """The child whose diary is not found. `snils`: by ESIA's word; None of a typed child."""

    asks_for: AsksFor
    snils: str | None
    last_name: str
    first_name: str
    middle_name: str | None = None
    birth_date: date | None = None


class OwnFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What current exports have under a SNILS that ESIA gave for a viewer.

    `child`: the id in addresses, if the viewer sees the child; `current`, `archived`: persons with the SNILS;
    `barred`: the export has closed this viewer's link to the child; the rest is of persons with the birth
    date that ESIA gives.
    """

    asks_for: AsksFor
    snils: str | None
    last_name: str | None
    first_name: str | None
    middle_name: str | None
    birth_date: date | None
    child: UUID | None
    current: int
    archived: int
    same_birth_date: bool
    barred: bool
    studies: bool
    begins_on: date | None


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A pupil of a school who may be the child of a request: only for whoever answers for the school.

    `asker_links`, `other_guardians`: links of the export that hold; `asker_closed`: one of the asker's that
    holds no more; `is_kid_of_another`: ESIA names the pupil as another person's child and not as the asker's.
    """

    person_id: str
    last_name: str
    first_name: str
    middle_name: str | None
    birth_date: date | None
    snils: str | None
    is_archived: bool
    studies_now: bool
    class_name: str | None
    other_guardians: int
    asker_links: int
    asker_closed: bool
    is_kid_of_another: bool


class ConnectedSchool(msgspec.Struct, frozen=True, kw_only=True):
    """A school that a current export names; `is_confirmed`: by its head."""

    region: str
    system_id: str
    organization_id: str
    name: str
    full_name: str
    address: str | None
    is_confirmed: bool


class ErasedPerson(msgspec.Struct, frozen=True):
    """A person who is erased in the transaction under way."""

    person_id: str
    public_id: UUID
    snils: str | None


class System(msgspec.Struct, frozen=True, kw_only=True):
    """A journal system that the portal knows; `paused_at`: an operator keeps it out since then.

    `profile`: None is the contract. `secret_file`: path of the file with the client's secret.
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


class InventedGuardian(msgspec.Struct, frozen=True):
    """A guardian of an invented pupil.

    `is_known`: has a SNILS or an ESIA oid, without which no account can be matched.
    """

    person_id: str
    name: str
    is_known: bool


class InventedPupil(msgspec.Struct, frozen=True):
    """A pupil of a vendor's export; `is_known` as of a guardian."""

    person_id: str
    name: str
    is_known: bool
    group_name: str | None
    guardians: tuple[InventedGuardian, ...]


class InventedPerson(msgspec.Struct, frozen=True):
    """A person of a vendor's export."""

    person_id: str
    last_name: str
    first_name: str
    middle_name: str | None
    birth_date: date | None
    sex: str | None
    snils: str | None
    esia_oid: str | None

    @property
    def name(self) -> str:
        """Last, first and middle name."""
        return " ".join(filter(None, (self.last_name, self.first_name, self.middle_name)))
