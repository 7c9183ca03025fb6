"""The cast: given people who must exist in a generated region, such as those of an ESIA sandbox."""

from datetime import date
from typing import Literal

import msgspec


class CastPerson(msgspec.Struct, frozen=True, kw_only=True):
    """A given person, with the identity by which other systems know them."""

    last_name: str
    first_name: str
    middle_name: str | None = None
    birth_date: date | None = None
    sex: Literal["m", "f"] | None = None
    snils: str | None = None
    esia_oid: str | None = None


class CastGuardian(msgspec.Struct, frozen=True, kw_only=True):
    """A guardian of a pupil. The same `person` may be given for several pupils: it becomes one row."""

    person: CastPerson
    relation: str = "mother"
    revoked: bool = False


class CastPupil(msgspec.Struct, frozen=True, kw_only=True):
    """A pupil of school number `school`, from 1. If `grade` is None, the birth date gives it."""

    person: CastPerson
    guardians: tuple[CastGuardian, ...] = ()
    school: int = 1
    grade: int | None = None
    letter: str | None = None


class CastTeacher(msgspec.Struct, frozen=True, kw_only=True):
    """The first teacher of `subject` in school number `school`, from 1."""

    person: CastPerson
    school: int = 1
    subject: str = "Русский язык"


class CastSchool(msgspec.Struct, frozen=True, kw_only=True):
    """School number `school`, from 1, as the legal entity that ESIA knows by these numbers, and its head."""

    ogrn: str
    school: int = 1
    inn: str | None = None
    kpp: str | None = None
    head: CastPerson | None = None


class Cast(msgspec.Struct, frozen=True, kw_only=True):
    """All given people and schools of one region; the JSON of `generate --cast`."""

    pupils: tuple[CastPupil, ...] = ()
    teachers: tuple[CastTeacher, ...] = ()
    schools: tuple[CastSchool, ...] = ()


def grade_by_age(birth_date: date, academic_year: int) -> int:
    """The usual grade, 1 to 11, on 1 September of `academic_year`.

    First-graders are born from March seven years before to February six years before.
    """
    cohort = birth_date.year - (birth_date.month < 3)
    return max(1, min(11, academic_year - cohort - 6))
