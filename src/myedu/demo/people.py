"""The ESIA sandbox's invented people as the three journals know them.

A mother has three children in three regions on three systems; among the others is an outsider.
"""

from datetime import date
from typing import Literal, TypedDict

import msgspec

from myedu.connector.adapters.netschool.roster import Guardian, Roster, SchoolClass, Student
from myedu.connector.adapters.netschool.sample import sample_roster
from myedu.esia.sandbox.people import Cast as EsiaCast
from myedu.esia.sandbox.people import SandboxPerson
from myedu.invented.school.cast import Cast, CastGuardian, CastPerson, CastPupil, CastSchool, CastTeacher

# ESIA oids of sandbox/cast.json.
MOTHER, FATHER, OUTSIDER, TEACHER = 1000300001, 1000300002, 1000300010, 1000300006
ELDEST, SECOND, YOUNGEST = 1000300003, 1000300004, 1000300005
SCHOOL, OPERATOR = 1000400001, 1000400002  # organisations
UNCONFIRMED, SON_OF_UNCONFIRMED, SON_OF_OUTSIDER = 1000300007, 1000300008, 1000300011
OPERATOR_PERSON = 1000300009
HEAD, PHYSICIST = 1000300012, 1000300014  # of SCHOOL; the export misspells the physicist's surname
WAITING_SCHOOL, WAITING_HEAD, HISTORIAN = 1000400003, 1000300017, 1000300018
AUTHORITY = 1000400010  # of Приморский край, where OFFICER works
OFFICER, SEEKING_FATHER, SOUGHT_DAUGHTER = 1000300020, 1000300021, 1000300022

SCHOOL_REGION, WAITING_REGION = "16", "14"
MISSPELT_SNILS = "00016016960"
"""Of SOUGHT_DAUGHTER in the journal, until the school's secretary corrects it (demo/secretary.py)."""
_MISSPELT_SURNAME = "Стрежов"

_PUPILS_OF_REGION = {
    SCHOOL_REGION: (SECOND, SON_OF_OUTSIDER, SOUGHT_DAUGHTER),
    WAITING_REGION: (YOUNGEST, SON_OF_UNCONFIRMED),
}


def journal_cast(people: EsiaCast, region: str) -> Cast:
    """The people who study and work in a generated region, with the guardians of its pupils."""
    known = {person.oid: person for person in people.people}
    if region == SCHOOL_REGION:
        school, head = SCHOOL, HEAD
        misspelt = msgspec.structs.replace(_cast_person(known[PHYSICIST]), last_name=_MISSPELT_SURNAME)
        teachers: tuple[CastTeacher, ...] = (
            CastTeacher(person=_cast_person(known[TEACHER])),
            CastTeacher(person=misspelt, subject="Физика"),
        )
    else:
        school, head = WAITING_SCHOOL, WAITING_HEAD
        teachers = (CastTeacher(person=_cast_person(known[HISTORIAN]), subject="История"),)
    return Cast(
        pupils=tuple(_cast_pupil(people, known[oid]) for oid in _PUPILS_OF_REGION[region]),
        teachers=teachers,
        schools=(_cast_school(people, school, known[head]),),
    )


def _cast_pupil(people: EsiaCast, child: SandboxPerson) -> CastPupil:
    if child.oid == SOUGHT_DAUGHTER:
        # No guardian either: the school has not entered one.
        return CastPupil(
            person=msgspec.structs.replace(_cast_person(child), snils=MISSPELT_SNILS, esia_oid=None)
        )
    return CastPupil(person=_cast_person(child), guardians=_guardians(people, child))


def _cast_school(people: EsiaCast, oid: int, head: SandboxPerson) -> CastSchool:
    school = people.organisation(oid)
    assert school is not None  # of the sandbox's own cast
    return CastSchool(ogrn=school.ogrn, inn=school.inn, kpp=school.kpp, head=_cast_person(head))


def netschool_roster(people: EsiaCast, region: str, academic_year: int) -> Roster:
    """The eldest child and her mother, in the class of the recorded weeks."""
    known = {person.oid: person for person in people.people}
    sample = sample_roster(region, academic_year)
    school = sample.schools[0]
    group = SchoolClass(id="c-10a", school_id=school.id, name="10 «А»", grade=10, letter="А")
    eldest, mother = known[ELDEST], known[MOTHER]
    student = Student(id="s-1", class_id=group.id, journal_id=1, **_identity(eldest))
    guardian = Guardian(id="g-1", children=(student.id,), relation="mother", **_identity(mother))
    return Roster(
        region=region,
        schools=(school,),
        classes=(group,),
        students=(student,),
        guardians=(guardian,),
        subjects=sample.subjects,
    )


def academic_year_of(day: date) -> int:
    """The first calendar year of the academic year; August belongs to the coming one."""
    return day.year if day.month >= 8 else day.year - 1


def _guardians(people: EsiaCast, child: SandboxPerson) -> tuple[CastGuardian, ...]:
    parents = [person for person in people.people if child.oid in person.children]
    guardians = [CastGuardian(person=_cast_person(parent), relation=_relation(parent)) for parent in parents]
    if child.oid == SECOND:
        father = next(person for person in people.people if person.oid == FATHER)
        guardians.append(CastGuardian(person=_cast_person(father), relation="father", revoked=True))
    return tuple(guardians)


def _relation(parent: SandboxPerson) -> str:
    return "mother" if parent.gender == "F" else "father"


def _cast_person(person: SandboxPerson) -> CastPerson:
    return CastPerson(**_identity(person), esia_oid=str(person.oid))


class _Identity(TypedDict):
    """The fields by which the structs of all three journals name a person."""

    last_name: str
    first_name: str
    middle_name: str | None
    birth_date: date
    sex: Literal["m", "f"]
    snils: str | None


def _identity(person: SandboxPerson) -> _Identity:
    return _Identity(
        last_name=person.last_name,
        first_name=person.first_name,
        middle_name=person.middle_name,
        birth_date=person.birth_date,
        sex="m" if person.gender == "M" else "f",
        snils=person.snils,
    )
