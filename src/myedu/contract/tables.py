"""The tables of the periodic export. One struct a table; its fields are the file's columns, in this order."""

import functools
from datetime import date
from typing import Annotated

import msgspec

from myedu.contract.wire import Id, Instant, Name, Wire, code

RegionCode = Annotated[str, msgspec.Meta(pattern=r"^\d{2}$", description="two-digit code of a region")]
AcademicYear = Annotated[int, msgspec.Meta(ge=2000, le=2100, description="first calendar year")]

ORGANIZATION_KINDS = ("school", "college", "extra")
PERIOD_KINDS = ("year", "half", "trimester", "quarter", "module")
GROUP_KINDS = ("class", "subgroup", "elective", "individual")
STAFF_ROLES = ("teacher", "class_teacher", "deputy", "head", "administrator")
SEXES = ("m", "f")


class Row(Wire, frozen=True, kw_only=True):
    """The common fields of all rows. `deleted` is set in deltas only."""

    id: Id
    updated_at: Instant
    deleted: bool = False


class Organization(Row, frozen=True, kw_only=True):
    """A school, a college, or an organisation of extra education."""

    name: Name
    kind: Annotated[str, code(*ORGANIZATION_KINDS)]
    time_zone: Name  # IANA
    short_name: Name | None = None
    inn: str | None = None
    ogrn: str | None = None
    kpp: str | None = None
    oktmo: str | None = None
    esia_oid: str | None = None
    address: str | None = None
    email: str | None = None
    phone: str | None = None
    site: str | None = None
    parent_id: Id | None = None


class Period(Row, frozen=True, kw_only=True):
    """A period of study. `number` counts from 1 in the year."""

    organization_id: Id
    academic_year: AcademicYear
    kind: Annotated[str, code(*PERIOD_KINDS)]
    number: int
    name: Name
    starts_on: date
    ends_on: date
    parent_id: Id | None = None


class Group(Row, frozen=True, kw_only=True):
    """A class, a subgroup, an elective or an individual plan."""

    organization_id: Id
    academic_year: AcademicYear
    kind: Annotated[str, code(*GROUP_KINDS)]
    name: Name
    grade: int | None = None
    letter: str | None = None
    shift: int | None = None
    parent_id: Id | None = None


class Subject(Row, frozen=True, kw_only=True):
    """A subject as the school calls it."""

    organization_id: Id
    name: Name
    short_name: Name | None = None
    area: str | None = None
    federal_code: str | None = None


class Person(Row, frozen=True, kw_only=True):
    """A pupil, a guardian or an employee."""

    last_name: Name
    first_name: Name
    middle_name: Name | None = None
    birth_date: date | None = None
    sex: Annotated[str, code(*SEXES)] | None = None
    snils: str | None = None
    esia_oid: str | None = None


class Enrollment(Row, frozen=True, kw_only=True):
    """A person in a group from a day to a day, both inclusive."""

    person_id: Id
    organization_id: Id
    group_id: Id
    starts_on: date
    ends_on: date | None = None
    status: str | None = None


class Guardianship(Row, frozen=True, kw_only=True):
    """A child's legal representative."""

    guardian_id: Id
    child_id: Id
    starts_on: date
    relation: str | None = None
    verified_at: Instant | None = None
    ends_on: date | None = None
    revoked_at: Instant | None = None


class Staff(Row, frozen=True, kw_only=True):
    """A post of a person at an organisation."""

    person_id: Id
    organization_id: Id
    role: Annotated[str, code(*STAFF_ROLES)]
    position: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None


class Teaching(Row, frozen=True, kw_only=True):
    """Which post teaches which subject to which group."""

    staff_id: Id
    group_id: Id
    subject_id: Id
    starts_on: date | None = None
    ends_on: date | None = None


TABLES: dict[str, type[Row]] = {
    "organizations": Organization,
    "periods": Period,
    "groups": Group,
    "subjects": Subject,
    "persons": Person,
    "enrollments": Enrollment,
    "guardianships": Guardianship,
    "staff": Staff,
    "teaching": Teaching,
}
"""In the order in which references can be resolved."""

REFERENCES: dict[str, dict[str, str]] = {
    "organizations": {"parent_id": "organizations"},
    "periods": {"organization_id": "organizations", "parent_id": "periods"},
    "groups": {"organization_id": "organizations", "parent_id": "groups"},
    "subjects": {"organization_id": "organizations"},
    "persons": {},
    "enrollments": {"person_id": "persons", "organization_id": "organizations", "group_id": "groups"},
    "guardianships": {"guardian_id": "persons", "child_id": "persons"},
    "staff": {"person_id": "persons", "organization_id": "organizations"},
    "teaching": {"staff_id": "staff", "group_id": "groups", "subject_id": "subjects"},
}
"""table → column → the table of the row that the column refers to."""


@functools.cache  # called for every batch and every row that is written
def columns(table: str) -> tuple[str, ...]:
    """The columns of a table's file, in order, `id` first. Raises KeyError for an unknown table."""
    return tuple(field.encode_name for field in msgspec.structs.fields(TABLES[table]))


@functools.cache
def required_columns(table: str) -> frozenset[str]:
    """The columns that every row must fill."""
    return frozenset(field.encode_name for field in msgspec.structs.fields(TABLES[table]) if field.required)
