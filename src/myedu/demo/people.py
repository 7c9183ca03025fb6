"""The sandbox's invented people as the three journals know them.

A mother has three children in three regions on three systems; an outsider and others stand beside them.
"""

from datetime import date

from myedu.connector.adapters.netschool.roster import Guardian, Roster, SchoolClass, Student
from myedu.connector.adapters.netschool.sample import sample_roster
from myedu.esia.sandbox.people import Cast as EsiaCast
from myedu.esia.sandbox.people import SandboxPerson
from myedu.invented.school.cast import Cast, CastGuardian, CastPerson, CastPupil, CastTeacher

MOTHER, FATHER, OUTSIDER, TEACHER = 1000300001, 1000300002, 1000300010, 1000300006
ELDEST, SECOND, YOUNGEST = 1000300003, 1000300004, 1000300005
OPERATOR = 1000400002  # the organisation, not a person
UNCONFIRMED, HIS_SON, OUTSIDERS_SON = 1000300007, 1000300008, 1000300011

_PUPILS_OF_REGION = {"16": (SECOND, OUTSIDERS_SON), "14": (YOUNGEST, HIS_SON)}
_TEACHER_IN = "16"


def journal_cast(people: EsiaCast, region: str) -> Cast:
    """Who of them studies and works in a generated region."""
    known = {person.oid: person for person in people.people}
    pupils = tuple(
        CastPupil(person=_cast_person(known[oid]), guardians=_guardians(people, known[oid]))
        for oid in _PUPILS_OF_REGION[region]
    )
    teachers = (CastTeacher(person=_cast_person(known[TEACHER])),) if region == _TEACHER_IN else ()
    return Cast(pupils=pupils, teachers=teachers)


def netschool_roster(people: EsiaCast, region: str, academic_year: int) -> Roster:
    """The eldest in the class that the recorded weeks are of, with her mother."""
    known = {person.oid: person for person in people.people}
    sample = sample_roster(region, academic_year)
    school = sample.schools[0]
    group = SchoolClass(id="c-10a", school_id=school.id, name="10 «А»", grade=10, letter="А")
    eldest, mother = known[ELDEST], known[MOTHER]
    student = Student(id="s-1", class_id=group.id, journal_id=1, **_name(eldest))
    guardian = Guardian(id="g-1", children=(student.id,), relation="mother", **_name(mother))
    return Roster(
        region=region,
        schools=(school,),
        classes=(group,),
        students=(student,),
        guardians=(guardian,),
        subjects=sample.subjects,
    )


def academic_year_of(day: date) -> int:
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
    return CastPerson(**_name(person), esia_oid=str(person.oid))


def _name(person: SandboxPerson) -> dict[str, object]:
    return {
        "last_name": person.last_name,
        "first_name": person.first_name,
        "middle_name": person.middle_name,
        "birth_date": person.birth_date,
        "sex": person.gender.lower(),
        "snils": person.snils,
    }
