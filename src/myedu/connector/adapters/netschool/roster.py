"""Who studies where. The journal answers about days only; its people stand in a small JSON file."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from myedu.connector.adapters.netschool import models
from myedu.connector.adapters.netschool.translate import Place
from myedu.contract.tables import AcademicYear, RegionCode
from myedu.contract.wire import Id, Name


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
    journal_id: models.Number  # studentId in the journal
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
