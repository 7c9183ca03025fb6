"""Given people who must exist in a generated region, such as those of an ESIA sandbox."""

from datetime import date
from typing import Literal

import msgspec


class CastPerson(msgspec.Struct, frozen=True, kw_only=True):
    """A person with the identity that the rest of the world knows."""

    last_name: str
    first_name: str
    middle_name: str | None = None
    birth_date: date | None = None
    sex: Literal["m", "f"] | None = None
    snils: str | None = None
    esia_oid: str | None = None


class CastGuardian(msgspec.Struct, frozen=True, kw_only=True):
    """The same `person` may stand beside several pupils: it becomes one row."""

    person: CastPerson
    relation: str = "mother"
    revoked: bool = False


class CastPupil(msgspec.Struct, frozen=True, kw_only=True):
    """`school` counts from 1; without a grade the birth date gives it."""

    person: CastPerson
    guardians: tuple[CastGuardian, ...] = ()
    school: int = 1
    grade: int | None = None
    letter: str | None = None


class CastTeacher(msgspec.Struct, frozen=True, kw_only=True):
    """Takes the place of the first teacher of `subject` in the school."""

    person: CastPerson
    school: int = 1
    subject: str = "Русский язык"


class Cast(msgspec.Struct, frozen=True, kw_only=True):
    pupils: tuple[CastPupil, ...] = ()
    teachers: tuple[CastTeacher, ...] = ()


def grade_by_age(birth_date: date, academic_year: int) -> int:
    """The usual grade of a child on 1 September: first-graders are born from March Y-7 to February Y-6."""
    cohort = birth_date.year - (birth_date.month < 3)
    return max(1, min(11, academic_year - cohort - 6))
