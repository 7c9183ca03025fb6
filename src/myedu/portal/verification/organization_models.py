"""Facts of schools as organisations of ESIA, for their heads."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from myedu.portal.identity.models import HeadViewer
from myedu.portal.people.models import SchoolClass, SchoolKey, Viewer
from myedu.portal.verification.models import HeadSchools

WithdrawnReason = Literal["organization-closed", "head-changed", "permission-withdrawn"]
ReadProblem = Literal["permission-withdrawn", "esia-refuses", "esia-silent", "esia-unreadable"]
Sameness = Literal["equal", "differs", "absent", "unknown"]
"""absent: the export lacks it; unknown: ESIA doesn't give it."""


class NoSuchCandidate(Exception):
    """The school isn't one that the head may confirm: answer as if nothing were there."""


class EsiaOrganizationFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What ESIA has said about an organisation or a branch; `read_problem`: why the last reading failed."""

    oid: str
    branch_of: str | None = None
    full_name: str
    short_name: str | None = None
    ogrn: str | None = None
    inn: str | None = None
    kpp: str | None = None
    seen_at: datetime | None = None
    employees_read_at: datetime | None = None
    read_problem: str | None = None

    @property
    def name(self) -> str:
        """The short name if there is one."""
        return self.short_name or self.full_name


class SchoolRow(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation of an export that shares a number with the head's."""

    region: str
    system_id: str
    organization_id: str
    system_name: str
    name: str
    short_name: str | None
    ogrn: str | None
    inn: str | None
    kpp: str | None
    esia_oid: str | None
    address: str | None
    time_zone: str
    confirmed_for: str | None
    confirmed_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_reason: str | None

    @property
    def key(self) -> SchoolKey:
        """Its key in an export."""
        return SchoolKey(self.region, self.system_id, self.organization_id)

    @property
    def taken(self) -> bool:
        """Whether it is confirmed for some organisation now."""
        return self.confirmed_for is not None and self.withdrawn_at is None


class Compared(msgspec.Struct, frozen=True):
    """One number of both sides."""

    field: Literal["ogrn", "inn", "kpp", "esia_oid"]
    at_esia: str | None
    in_export: str | None
    sameness: Sameness


class Candidate(msgspec.Struct, frozen=True):
    """A school that may be the head's organisation: what is equal, and what differs."""

    school: SchoolRow
    compared: Sequence[Compared]

    @property
    def differs(self) -> bool:
        """Whether any number is another one: it is another organisation, or another branch."""
        return any(one.sameness == "differs" for one in self.compared)

    @property
    def proven(self) -> bool:
        """Whether enough is equal: the OGRN, INN with KPP, or the oid itself."""
        equal = {one.field for one in self.compared if one.sameness == "equal"}
        return "ogrn" in equal or "esia_oid" in equal or {"inn", "kpp"} <= equal

    @property
    def may_be_confirmed(self) -> bool:
        """Whether the head can say that it is theirs."""
        return self.proven and not self.differs and not self.school.taken


class SchoolHome(msgspec.Struct, frozen=True, kw_only=True):
    """The home of a head whose school is confirmed. `classes`: by the order of the schools."""

    schools: HeadSchools
    rows: Sequence[SchoolRow]
    classes: Sequence[Sequence[SchoolClass]]
    organization: EsiaOrganizationFacts | None
    now: datetime


class SchoolChoice(msgspec.Struct, frozen=True, kw_only=True):
    """The page of a head whose school isn't confirmed. `problem`: why ESIA's numbers are missing."""

    head: HeadViewer
    organization: EsiaOrganizationFacts | None
    candidates: Sequence[Candidate]
    problem: ReadProblem | None = None


class EmployeeRow(msgspec.Struct, frozen=True, kw_only=True):
    """An employee as ESIA names them."""

    oid: str
    last_name: str | None
    first_name: str | None
    middle_name: str | None
    position: str | None
    chief: bool


class InvitedEmployee(msgspec.Struct, frozen=True):
    """An employee, and whether they have signed in to the portal once."""

    employee: EmployeeRow
    has_signed_in: bool


class InvitationFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Whom the head can invite."""

    schools: HeadSchools
    organization: EsiaOrganizationFacts | None
    employees: Sequence[InvitedEmployee]


class RefusedClaim(msgspec.Struct, frozen=True, kw_only=True):
    """A claim to a school that was confirmed for another organisation."""

    region: str
    system_id: str
    organization_id: str
    school_name: str | None
    esia_oid: str
    organization_name: str
    claimed_at: datetime
    confirmed_for: str | None


class WithdrawnSchool(msgspec.Struct, frozen=True, kw_only=True):
    """A school whose confirmation ended."""

    region: str
    system_id: str
    name: str
    withdrawn_at: datetime
    withdrawn_reason: str


class ClaimsFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator sees of schools: second claims, and confirmations that ended."""

    viewer: Viewer
    claims: Sequence[RefusedClaim]
    withdrawals: Sequence[WithdrawnSchool]
    number: int
    has_more: bool


class Account(msgspec.Struct, frozen=True):
    """An account that has confirmed a school."""

    account_id: UUID
