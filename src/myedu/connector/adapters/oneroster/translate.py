"""Their rows as the contract's. Pure: a row with what belongs to it in, a row out, or why there is none."""

import hashlib
import re
from datetime import date

from myedu.connector.adapters.oneroster import models
from myedu.connector.adapters.oneroster.columns import (
    CLASS_TYPES,
    GUARDIANS,
    KINDS_BY_COUNT,
    OTHER_SEXES,
    PERIOD_KINDS,
    SESSION_TYPES,
    SEXES,
    STAFF,
)
from myedu.connector.adapters.oneroster.reader import Outcome, Reader, Settings
from myedu.contract import tables
from myedu.contract.snils import normalise_snils

_CLASS_NAME = re.compile(r"(\d{1,2})[\s-]*[«\"]?([А-ЯЁA-Z])[»\"]?\Z", re.IGNORECASE)
_GRADES = range(1, 13)
_USER_ID = re.compile(r"\{([^:{}]*):([^{}]*)\}")


def organization(org: models.Org, settings: Settings) -> Outcome:
    """Whatever they call it, it stays: a school, a district, a ministry."""
    read = Reader(org, settings)
    parent = org.parent_id
    if parent and not org.has_parent:
        read.find("parentSourcedId", "unknown-reference", "field", ascii(parent))
        parent = None
    org_id = read.id("sourcedId", org.id)
    return read.outcome(
        tables.Organization,
        org_id,
        name=read.name("name", org.name),
        kind=read.code("type", org.type),
        time_zone=settings.zones.get(org.id, settings.time_zone),
        parent_id=parent,
    )


def period(session: models.Session, settings: Settings) -> Outcome:
    """An academic session as one school has it; its id is made of the school's and the session's."""
    read = Reader(session, settings)
    session_id = read.id("sourcedId", session.id)
    school_id = read.reference("schoolSourcedId", session.school_id, session.has_school)
    kind = read.word("type", session.type, SESSION_TYPES)
    starts = read.first_day("startDate", session.starts)
    ends = read.last_day("endDate", session.ends, starts)
    if ends is None and not session.ends:
        read.find("endDate", "required")
    return read.outcome(
        tables.Period,
        joined_id(school_id, session_id) if school_id and session_id else "",
        organization_id=school_id,
        academic_year=read.academic_year(session.school_year),
        kind=PERIOD_KINDS.get(kind) or KINDS_BY_COUNT.get(session.siblings, "module"),
        number=session.number,
        name=read.name("title", session.title),
        starts_on=starts,
        ends_on=ends,
        parent_id=joined_id(school_id, session.parent_id) if session.parent_id else None,
    )


def group(one: models.SchoolClass, settings: Settings) -> Outcome:
    """A homeroom is a class; what is scheduled for one grade a subgroup, for several or none an elective."""
    read = Reader(one, settings)
    group_id = read.id("sourcedId", one.id)
    kind = read.word("classType", one.type, CLASS_TYPES)
    name = read.name("title", one.title)
    grade, letter = _grade_of(one.grades or one.course_grades), None
    if kind == "homeroom":
        found = _CLASS_NAME.match(name)
        letter = found[2].upper() if found else None
        if grade is None and found and int(found[1]) in _GRADES:
            grade = int(found[1])
    return read.outcome(
        tables.Group,
        group_id,
        organization_id=read.reference("schoolSourcedId", one.school_id, one.has_school),
        academic_year=read.academic_year(one.school_year),
        kind="class" if kind == "homeroom" else "subgroup" if grade else "elective",
        name=name,
        grade=grade,
        letter=letter,
    )


def subject(course: models.Course, settings: Settings) -> Outcome:
    """A course is a subject, unless all its classes are homerooms."""
    if course.only_homerooms:
        return Outcome(why="a course of homerooms only is no subject")
    read = Reader(course, settings)
    subject_id = read.id("sourcedId", course.id)
    return read.outcome(
        tables.Subject,
        subject_id,
        organization_id=read.reference("orgSourcedId", course.org_id, course.has_org),
        name=read.name("title", course.title),
        area=read.text("subjects", course.subjects),
    )


def person(user: models.User, settings: Settings) -> Outcome:
    read = Reader(user, settings)
    ids = {kind.strip().casefold(): value.strip() for kind, value in _USER_ID.findall(user.user_ids or "")}
    return read.outcome(
        tables.Person,
        read.id("sourcedId", user.id),
        last_name=read.name("familyName", user.family_name),
        first_name=read.name("givenName", user.given_name),
        middle_name=read.text("middleName", user.middle_name),
        birth_date=read.optional_day("birthDate", user.birth_date),
        sex=_sex(read, user.sex),
        snils=_snils(read, ids.get("snils") or ids.get("снилс")),
    )


def enrollment(one: models.Enrollment, settings: Settings) -> Outcome:
    """A student in a class. Without a date it begins with the class's terms."""
    if one.role != "student":
        return Outcome(why="neither a student nor a teacher of the class")
    read = Reader(one, settings)
    starts = read.first_day("beginDate", one.begins or one.class_starts)
    return read.outcome(
        tables.Enrollment,
        read.id("sourcedId", one.id),
        person_id=read.reference("userSourcedId", one.user_id, one.has_user),
        organization_id=read.reference("schoolSourcedId", one.school_id, one.has_school),
        group_id=read.reference("classSourcedId", one.class_id, one.has_class),
        starts_on=starts,
        ends_on=read.last_day("endDate", one.ends, starts),
    )


def teaching(one: models.Enrollment, settings: Settings) -> Outcome:
    """A teacher in a scheduled class teaches its course."""
    read = Reader(one, settings)
    read.reference("userSourcedId", one.user_id, one.has_user)
    staff_id = one.staff_id or ""
    if one.has_user and not staff_id:
        read.find("userSourcedId", "no-role-at-school", detail=one.user_id)
    starts = read.optional_day("beginDate", one.begins)
    return read.outcome(
        tables.Teaching,
        read.id("sourcedId", one.id),
        staff_id=staff_id,
        group_id=read.reference("classSourcedId", one.class_id, one.has_class),
        subject_id=read.reference("courseSourcedId", one.course_id, one.has_course),
        starts_on=starts,
        ends_on=read.last_day("endDate", one.ends, starts or date.min),
    )


def class_teacher(one: models.Enrollment, settings: Settings) -> Outcome:
    """A teacher in a homeroom is its class teacher: a role of staff of its own."""
    read = Reader(one, settings)
    enrollment_id = read.id("sourcedId", one.id)
    starts = read.optional_day("beginDate", one.begins)
    return read.outcome(
        tables.Staff,
        joined_id("class-teacher", enrollment_id) if enrollment_id else "",
        person_id=read.reference("userSourcedId", one.user_id, one.has_user),
        organization_id=read.reference("schoolSourcedId", one.school_id, one.has_school),
        role="class_teacher",
        starts_on=starts,
        ends_on=read.last_day("endDate", one.ends, starts or date.min),
    )


def staff(role: models.Role, settings: Settings) -> Outcome:
    """A role of somebody who works there. Who studies and who is a guardian is said elsewhere."""
    code = role.role or ""
    if code == "student":
        return Outcome(why="that somebody studies is said by the enrollments")
    if code in GUARDIANS:
        return Outcome(why="that somebody is a guardian is said by the link to the child")
    if code and code not in STAFF:
        return Outcome(why="nobody here knows whether this role is staff: write one of the standard's")
    read = Reader(role, settings)
    if not code:
        read.find("role", "required")
    starts = read.optional_day("beginDate", role.begins)
    return read.outcome(
        tables.Staff,
        read.id("sourcedId", role.id),
        person_id=read.reference("userSourcedId", role.user_id, role.has_user),
        organization_id=read.reference("orgSourcedId", role.org_id, role.has_org),
        role=STAFF.get(code, code),
        position=None if STAFF.get(code) == code else code,
        starts_on=starts,
        ends_on=read.last_day("endDate", role.ends, starts or date.min),
    )


def guardianship(link: models.Link, settings: Settings) -> Outcome:
    """Who of the two is the guardian: by the dialect's word, else by the roles that they have.

    Without a date it begins with the earliest session of the set: the format has none.
    """
    read = Reader(link, settings)
    mine, theirs = link.user_relation, link.other_relation
    if link.role is not None:
        mine, theirs = None, link.role.casefold()
    if mine and theirs and link.user_studies != link.other_studies:
        mine, theirs = (None, theirs) if link.user_studies else (mine, None)
    if mine and theirs:
        read.find("agentSourcedIds", "who-is-guardian", detail=link.id)
    elif (mine or theirs) not in GUARDIANS:
        return Outcome(why="neither is a parent or guardian: a relative is no lawful representative")
    user = read.reference("userSourcedId", link.id, link.has_user)
    other = read.reference("agentSourcedIds", link.other_id, link.has_other)
    guardian, child = (other, user) if theirs else (user, other)
    relation = theirs or mine
    starts = read.first_day("beginDate", link.begins or link.year_starts)
    return read.outcome(
        tables.Guardianship,
        joined_id(guardian, child) if guardian and child else "",
        guardian_id=guardian,
        child_id=child,
        relation=relation,
        starts_on=starts,
        ends_on=read.last_day("endDate", link.ends, starts),
    )


def joined_id(*parts: str) -> str:
    """One id of several, the same at every export; a sum of them where they would not fit or be ambiguous."""
    plain = "~".join(parts)
    if len(plain) <= 64 and not any("~" in part for part in parts):
        return plain
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _grade_of(grades: str | None) -> int | None:
    """`09` → 9; None where there are several, or one that is no year of school (KG, PS1)."""
    text = (grades or "").strip()
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 2 else 0
    return number if number in _GRADES else None


def _sex(read: Reader, text: str | None) -> str | None:
    if text and text not in SEXES and text not in OTHER_SEXES:
        read.find("sex", "unknown-code", "field", ascii(text))
    return SEXES.get(text or "")


def _snils(read: Reader, text: str | None) -> str | None:
    digits = normalise_snils(text) if text else None
    if text and digits is None:
        read.find("userIds", "bad-snils", "field")
    return digits
