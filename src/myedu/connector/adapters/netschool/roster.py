"""The roster: who studies where. The journal only answers about days, so people come from a JSON file."""

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
    """The roster is wrong; the message says what to correct in the file."""


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """An object of the file. A misspelt key is an error, because the file is written by hand."""


class Term(Entry, frozen=True, kw_only=True):
    """A period of a school's year."""

    kind: str  # contract.tables.PERIOD_KINDS
    number: int
    name: Name
    starts_on: date
    ends_on: date


class School(Entry, frozen=True, kw_only=True):
    """A school of the journal."""

    id: Id
    name: Name
    time_zone: Name  # IANA; Якутия has three
    academic_year: AcademicYear
    terms: tuple[Term, ...] = ()
    short_name: Name | None = None
    address: str | None = None
    login_form: dict[str, str] = {}  # cid, sid, pid, cn, sft, scid: the school in the journal's sign-in form


class SchoolClass(Entry, frozen=True, kw_only=True):
    """A class of a school."""

    id: Id
    school_id: Id
    name: Name
    grade: int | None = None
    letter: str | None = None


class Person(Entry, frozen=True, kw_only=True):
    """What students and guardians share."""

    id: Id
    last_name: Name
    first_name: Name
    middle_name: Name | None = None
    birth_date: date | None = None
    sex: str | None = None
    snils: str | None = None


class Student(Person, frozen=True, kw_only=True):
    """A student; `id` is the one in the export and in the contract's methods."""

    class_id: Id
    journal_id: models.Number  # studentId in the journal
    login: str = ""  # of the account that reads the diary; only for a live server


class Guardian(Person, frozen=True, kw_only=True):
    """A guardian of students in the roster."""

    children: tuple[Id, ...]
    relation: str = "guardian"


class Roster(Entry, frozen=True, kw_only=True):
    """The whole file."""

    region: RegionCode
    schools: tuple[School, ...]
    classes: tuple[SchoolClass, ...]
    students: tuple[Student, ...]
    guardians: tuple[Guardian, ...] = ()
    subjects: tuple[Name, ...] = ()  # names as in lessons


class EnrolledStudent(msgspec.Struct, frozen=True):
    """A student and their school: what a request to the journal and its translation need."""

    student: Student
    school: School

    @property
    def place(self) -> Place:
        """The seat for the translation."""
        return Place(self.student.id, self.school.id, self.school.time_zone)


def read_roster(path: Path) -> Roster:
    """The roster in a file. Raises RosterError if it is missing, not JSON, or inconsistent."""
    try:
        roster = msgspec.json.decode(path.read_bytes(), type=Roster)
    except OSError as error:
        raise RosterError(f"{path} can't be read: {error.strerror}; give the path of a roster") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RosterError(f"{path}: {error}; docs/exchange/adapters/netschool.md shows a roster") from None
    enrolled_students(roster)
    return roster


def enrolled_students(roster: Roster) -> dict[str, EnrolledStudent]:
    """Id of a student → their seat. Raises RosterError for double and unknown ids and unknown time zones."""
    if not roster.schools:
        raise RosterError("the roster has no school: add one")
    schools = _by_id("school", roster.schools)
    classes = _by_id("class", roster.classes)
    students = _by_id("student", roster.students)
    for school in roster.schools:
        _check_zone(school)
    for guardian in roster.guardians:
        _check_known(f"guardian {guardian.id}", "student", guardian.children, students)
    for group in roster.classes:
        _check_known(f"class {group.id}", "school", [group.school_id], schools)
    for student in roster.students:
        _check_known(f"student {student.id}", "class", [student.class_id], classes)
    return {
        student.id: EnrolledStudent(student, schools[classes[student.class_id].school_id])
        for student in roster.students
    }


E = TypeVar("E", School, SchoolClass, Student)


def _by_id(what: str, entries: Iterable[E]) -> dict[str, E]:
    known: dict[str, E] = {}
    for entry in entries:
        if entry.id in known:
            raise RosterError(f"two entries have the id {entry.id} ({what}): give one of them another id")
        known[entry.id] = entry
    return known


def _check_known(entry: str, what: str, ids: Iterable[str], known: Mapping[str, object]) -> None:
    for known_id in ids:
        if known_id not in known:
            raise RosterError(f"{entry} names the {what} {known_id}, which the roster does not have: add it")


def _check_zone(school: School) -> None:
    try:
        ZoneInfo(school.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise RosterError(
            f"school {school.id}: {school.time_zone!r} is not a time zone; write one such as Asia/Vladivostok"
        ) from None
