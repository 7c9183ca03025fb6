"""Who studies where. The journal answers about days only; its people stand in a small JSON file.

From the same file come the tables of the periodic export.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from myedu.connector.adapters.netschool import wire
from myedu.connector.adapters.netschool.text import one_line
from myedu.connector.adapters.netschool.translate import NAMELESS, Place, subject_ref
from myedu.contract import tables
from myedu.contract.tables import AcademicYear, RegionCode, Row
from myedu.contract.wire import Id, Name

KINDERGARTEN = re.compile(r"\b(?:ДС|Д/с|детский сад)\b", re.IGNORECASE)
"""The contract has no code for them; the word passes through as it is."""


class RosterError(Exception):
    """The roster can't be used; the message says what to correct in the file."""


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A misspelt key is an error: the file is written by hand."""


class Term(Entry, frozen=True, kw_only=True):
    kind: str  # contract.tables.PERIOD_KINDS
    number: int
    name: Name
    starts_on: date
    ends_on: date


class School(Entry, frozen=True, kw_only=True):
    id: Id
    name: Name
    time_zone: Name  # IANA; Якутия has three
    academic_year: AcademicYear
    terms: tuple[Term, ...] = ()
    short_name: Name | None = None
    address: str | None = None
    login_form: dict[str, str] = {}  # cid, sid, pid, cn, sft, scid: how the journal's sign-in names it


class SchoolClass(Entry, frozen=True, kw_only=True):
    id: Id
    school_id: Id
    name: Name
    grade: int | None = None
    letter: str | None = None


class Named(Entry, frozen=True, kw_only=True):
    id: Id
    last_name: Name
    first_name: Name
    middle_name: Name | None = None
    birth_date: date | None = None
    sex: str | None = None
    snils: str | None = None


class Student(Named, frozen=True, kw_only=True):
    class_id: Id
    journal_id: wire.Number  # studentId in the journal
    login: str = ""  # whose account reads the diary; only for the live source


class Guardian(Named, frozen=True, kw_only=True):
    children: tuple[Id, ...]
    relation: str = "guardian"


class Roster(Entry, frozen=True, kw_only=True):
    region: RegionCode
    schools: tuple[School, ...]
    classes: tuple[SchoolClass, ...]
    students: tuple[Student, ...]
    guardians: tuple[Guardian, ...] = ()
    subjects: tuple[Name, ...] = ()  # names as the lessons have them


class Seat(msgspec.Struct, frozen=True):
    """A student with the school: what it takes to ask the journal and to read its answer."""

    student: Student
    school: School

    @property
    def place(self) -> Place:
        return Place(self.student.id, self.school.id, self.school.time_zone)


def read_roster(path: Path) -> Roster:
    """Raises RosterError: not there, not JSON, a key too many, an id that leads nowhere, no such zone."""
    try:
        roster = msgspec.json.decode(path.read_bytes(), type=Roster)
    except OSError as error:
        raise RosterError(f"{path} can't be read: {error.strerror}; give the path of a roster") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RosterError(f"{path}: {error}; docs/exchange/adapters/netschool.md shows a roster") from None
    seats(roster)
    return roster


def seats(roster: Roster) -> dict[str, Seat]:
    """Students by their id; raises RosterError where the roster contradicts itself."""
    if not roster.schools:
        raise RosterError("the roster has no school: add one")
    schools = _by_id("school", roster.schools)
    classes = _by_id("class", roster.classes)
    students = _by_id("student", roster.students)
    for school in roster.schools:
        _check_zone(school)
    for guardian in roster.guardians:
        _refuse_unknown(f"guardian {guardian.id}", "student", guardian.children, students)
    for group in roster.classes:
        _refuse_unknown(f"class {group.id}", "school", [group.school_id], schools)
    for student in roster.students:
        _refuse_unknown(f"student {student.id}", "class", [student.class_id], classes)
    return {
        student.id: Seat(student, schools[classes[student.class_id].school_id]) for student in roster.students
    }


def export_tables(
    roster: Roster, subjects: Iterable[str], neighbours: Iterable[wire.School], at: datetime
) -> dict[str, list[Row]]:
    """The export's tables as of `at`. `subjects` are names found in lessons, beside the roster's own;
    `neighbours` are the journal's other organisations: they get the zone of the roster's first school."""
    names = sorted({name for raw in (*roster.subjects, *subjects) if (name := one_line(raw))})
    schools = {school.id: school for school in roster.schools}
    placed = seats(roster)
    rows: dict[str, list[Row]] = {table: [] for table in tables.TABLES}
    rows["organizations"] = [_organization(school, at) for school in roster.schools]
    rows["organizations"] += _neighbours(roster, neighbours, at)
    rows["periods"] = [_period(school, term, at) for school in roster.schools for term in school.terms]
    rows["groups"] = [_group(group, schools[group.school_id], at) for group in roster.classes]
    rows["subjects"] = [
        tables.Subject(id=ref.id, updated_at=at, organization_id=school.id, name=ref.name)
        for school in roster.schools
        for ref in (subject_ref(school.id, name) for name in names)
    ]
    rows["persons"] = [_person(person, at) for person in (*roster.students, *roster.guardians)]
    rows["enrollments"] = [_enrollment(seat, at) for seat in placed.values()]
    rows["guardianships"] = [
        _guardianship(guardian, placed[child], at)
        for guardian in roster.guardians
        for child in guardian.children
    ]
    return rows


E = TypeVar("E", School, SchoolClass, Student)


def _by_id(what: str, entries: Iterable[E]) -> dict[str, E]:
    known: dict[str, E] = {}
    for entry in entries:
        if entry.id in known:
            raise RosterError(f"two entries have the id {entry.id} ({what}): give one of them another id")
        known[entry.id] = entry
    return known


def _refuse_unknown(who: str, what: str, ids: Iterable[str], known: Mapping[str, object]) -> None:
    for one in ids:
        if one not in known:
            raise RosterError(f"{who} names the {what} {one}, which the roster does not have: add it")


def _check_zone(school: School) -> None:
    try:
        ZoneInfo(school.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise RosterError(
            f"school {school.id}: {school.time_zone!r} is no time zone; write one such as Asia/Vladivostok"
        ) from None


def _organization(school: School, at: datetime) -> Row:
    return tables.Organization(
        id=school.id,
        updated_at=at,
        name=school.name,
        kind="school",
        time_zone=school.time_zone,
        short_name=school.short_name,
        address=school.address,
    )


def _neighbours(roster: Roster, others: Iterable[wire.School], at: datetime) -> list[Row]:
    """INN and OGRN are copied and never compared: a school and its branch have the same."""
    own = {school.id for school in roster.schools}
    return [
        tables.Organization(
            id=str(other.id),
            updated_at=at,
            name=one_line(other.name) or NAMELESS,
            kind="kindergarten" if KINDERGARTEN.search(other.name) else "school",
            time_zone=roster.schools[0].time_zone,
            short_name=one_line(other.short_name),
            inn=other.inn,
            ogrn=other.ogrn,
            address=one_line(other.address),
        )
        for other in others
        if str(other.id) not in own
    ]


def _period(school: School, term: Term, at: datetime) -> Row:
    return tables.Period(
        id=f"{school.id}-{school.academic_year}-{term.kind}-{term.number}",
        updated_at=at,
        organization_id=school.id,
        academic_year=school.academic_year,
        kind=term.kind,
        number=term.number,
        name=term.name,
        starts_on=term.starts_on,
        ends_on=term.ends_on,
    )


def _group(group: SchoolClass, school: School, at: datetime) -> Row:
    return tables.Group(
        id=group.id,
        updated_at=at,
        organization_id=school.id,
        academic_year=school.academic_year,
        kind="class",
        name=group.name,
        grade=group.grade,
        letter=group.letter,
    )


def _person(person: Named, at: datetime) -> Row:
    return tables.Person(
        id=person.id,
        updated_at=at,
        last_name=person.last_name,
        first_name=person.first_name,
        middle_name=person.middle_name,
        birth_date=person.birth_date,
        sex=person.sex,
        snils=person.snils,
    )


def _enrollment(seat: Seat, at: datetime) -> Row:
    return tables.Enrollment(
        id=f"{seat.student.id}-{seat.school.academic_year}",
        updated_at=at,
        person_id=seat.student.id,
        organization_id=seat.school.id,
        group_id=seat.student.class_id,
        starts_on=_first_of_september(seat.school),
        status="active",
    )


def _guardianship(guardian: Guardian, seat: Seat, at: datetime) -> Row:
    return tables.Guardianship(
        id=f"{guardian.id}-{seat.student.id}",
        updated_at=at,
        guardian_id=guardian.id,
        child_id=seat.student.id,
        relation=guardian.relation,
        starts_on=_first_of_september(seat.school),
    )


def _first_of_september(school: School) -> date:
    """The journal doesn't say since when: the roster speaks of one academic year."""
    return date(school.academic_year, 9, 1)
