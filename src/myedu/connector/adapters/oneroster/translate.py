"""Translates joined rows of a set to rows of the contract. Pure functions; each returns an Outcome."""

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
from myedu.connector.adapters.oneroster.fields import FieldReader, Outcome, Settings
from myedu.contract import tables
from myedu.contract.snils import normalise_snils

_CLASS_NAME = re.compile(r"(\d{1,2})[\s-]*[«\"]?([А-ЯЁA-Z])[»\"]?\Z", re.IGNORECASE)
_GRADES = range(1, 13)
_USER_ID = re.compile(r"\{([^:{}]*):([^{}]*)\}")


def organization(org: models.Org, settings: Settings) -> Outcome:
    """An organisation of any type: a school, a district, a ministry."""
    fields = FieldReader(org, settings)
    parent = org.parent_id
    if parent and not org.has_parent:
        fields.add_finding("parentSourcedId", "unknown-reference", "field", ascii(parent))
        parent = None
    org_id = fields.id("sourcedId", org.id)
    return fields.outcome(
        tables.Organization,
        org_id,
        name=fields.name("name", org.name),
        kind=fields.code("type", org.type),
        time_zone=settings.zones.get(org.id, settings.time_zone),
        parent_id=parent,
    )


def period(session: models.Session, settings: Settings) -> Outcome:
    """An academic session of one school; its id is made of the school's and the session's."""
    fields = FieldReader(session, settings)
    session_id = fields.id("sourcedId", session.id)
    school_id = fields.reference("schoolSourcedId", session.school_id, session.has_school)
    kind = fields.known_code("type", session.type, SESSION_TYPES)
    starts = fields.first_day("startDate", session.starts)
    ends = fields.last_day("endDate", session.ends, starts)
    if ends is None and not session.ends:
        fields.add_finding("endDate", "required")
    return fields.outcome(
        tables.Period,
        joined_id(school_id, session_id) if school_id and session_id else "",
        organization_id=school_id,
        academic_year=fields.academic_year(session.school_year),
        kind=PERIOD_KINDS.get(kind) or KINDS_BY_COUNT.get(session.siblings, "module"),
        number=session.number,
        name=fields.name("title", session.title),
        starts_on=starts,
        ends_on=ends,
        parent_id=joined_id(school_id, session.parent_id) if session.parent_id else None,
    )


def group(school_class: models.SchoolClass, settings: Settings) -> Outcome:
    """A class (homeroom), a subgroup (scheduled for one grade) or an elective (for several or no grades)."""
    fields = FieldReader(school_class, settings)
    group_id = fields.id("sourcedId", school_class.id)
    kind = fields.known_code("classType", school_class.type, CLASS_TYPES)
    name = fields.name("title", school_class.title)
    grade, letter = _grade_of(school_class.grades or school_class.course_grades), None
    if kind == "homeroom":
        match = _CLASS_NAME.match(name)
        letter = match[2].upper() if match else None
        if grade is None and match and int(match[1]) in _GRADES:
            grade = int(match[1])
    return fields.outcome(
        tables.Group,
        group_id,
        organization_id=fields.reference("schoolSourcedId", school_class.school_id, school_class.has_school),
        academic_year=fields.academic_year(school_class.school_year),
        kind="class" if kind == "homeroom" else "subgroup" if grade else "elective",
        name=name,
        grade=grade,
        letter=letter,
    )


def subject(course: models.Course, settings: Settings) -> Outcome:
    """A course, unless all its classes are homerooms."""
    if course.only_homerooms:
        return Outcome(reason="a course with only homerooms is not a subject")
    fields = FieldReader(course, settings)
    subject_id = fields.id("sourcedId", course.id)
    return fields.outcome(
        tables.Subject,
        subject_id,
        organization_id=fields.reference("orgSourcedId", course.org_id, course.has_org),
        name=fields.name("title", course.title),
        area=fields.text("subjects", course.subjects),
    )


def person(user: models.User, settings: Settings) -> Outcome:
    """A user with their demographics."""
    fields = FieldReader(user, settings)
    ids = {kind.strip().casefold(): value.strip() for kind, value in _USER_ID.findall(user.user_ids or "")}
    return fields.outcome(
        tables.Person,
        fields.id("sourcedId", user.id),
        last_name=fields.name("familyName", user.family_name),
        first_name=fields.name("givenName", user.given_name),
        middle_name=fields.text("middleName", user.middle_name),
        birth_date=fields.optional_day("birthDate", user.birth_date),
        sex=_sex(fields, user.sex),
        snils=_snils(fields, ids.get("snils") or ids.get("снилс")),
    )


def enrollment(enrolled: models.Enrollment, settings: Settings) -> Outcome:
    """A student in a class. Without a beginning of its own it begins with the class's terms."""
    if enrolled.role != "student":
        return Outcome(reason="neither a student nor a teacher of the class")
    fields = FieldReader(enrolled, settings)
    starts = fields.first_day("beginDate", enrolled.begins or enrolled.class_starts)
    return fields.outcome(
        tables.Enrollment,
        fields.id("sourcedId", enrolled.id),
        person_id=fields.reference("userSourcedId", enrolled.user_id, enrolled.has_user),
        organization_id=fields.reference("schoolSourcedId", enrolled.school_id, enrolled.has_school),
        group_id=fields.reference("classSourcedId", enrolled.class_id, enrolled.has_class),
        starts_on=starts,
        ends_on=fields.last_day("endDate", enrolled.ends, starts),
    )


def teaching(enrolled: models.Enrollment, settings: Settings) -> Outcome:
    """A teacher of a scheduled class, who teaches its course."""
    fields = FieldReader(enrolled, settings)
    fields.reference("userSourcedId", enrolled.user_id, enrolled.has_user)
    staff_id = enrolled.staff_id or ""
    if enrolled.has_user and not staff_id:
        fields.add_finding("userSourcedId", "no-role-at-school", detail=enrolled.user_id)
    starts = fields.optional_day("beginDate", enrolled.begins)
    return fields.outcome(
        tables.Teaching,
        fields.id("sourcedId", enrolled.id),
        staff_id=staff_id,
        group_id=fields.reference("classSourcedId", enrolled.class_id, enrolled.has_class),
        subject_id=fields.reference("courseSourcedId", enrolled.course_id, enrolled.has_course),
        starts_on=starts,
        ends_on=fields.last_day("endDate", enrolled.ends, starts or date.min),
    )


def class_teacher(enrolled: models.Enrollment, settings: Settings) -> Outcome:
    """A teacher of a homeroom, who gets a separate role class_teacher."""
    fields = FieldReader(enrolled, settings)
    enrollment_id = fields.id("sourcedId", enrolled.id)
    starts = fields.optional_day("beginDate", enrolled.begins)
    return fields.outcome(
        tables.Staff,
        joined_id("class-teacher", enrollment_id) if enrollment_id else "",
        person_id=fields.reference("userSourcedId", enrolled.user_id, enrolled.has_user),
        organization_id=fields.reference("schoolSourcedId", enrolled.school_id, enrolled.has_school),
        role="class_teacher",
        starts_on=starts,
        ends_on=fields.last_day("endDate", enrolled.ends, starts or date.min),
    )


def staff(role: models.Role, settings: Settings) -> Outcome:
    """A role of staff. Students and guardians are in other tables."""
    code = role.role or ""
    if code == "student":
        return Outcome(reason="students are in the table enrollments")
    if code in GUARDIANS:
        return Outcome(reason="guardians are in the table guardianships")
    if code and code not in STAFF:
        return Outcome(
            reason="not a role of the standard, so it may not be staff: write a role of the standard"
        )
    fields = FieldReader(role, settings)
    if not code:
        fields.add_finding("role", "required")
    starts = fields.optional_day("beginDate", role.begins)
    return fields.outcome(
        tables.Staff,
        fields.id("sourcedId", role.id),
        person_id=fields.reference("userSourcedId", role.user_id, role.has_user),
        organization_id=fields.reference("orgSourcedId", role.org_id, role.has_org),
        role=STAFF.get(code, code),
        position=None if STAFF.get(code) == code else code,
        starts_on=starts,
        ends_on=fields.last_day("endDate", role.ends, starts or date.min),
    )


def guardianship(link: models.AgentLink, settings: Settings) -> Outcome:
    """A guardian and a child: by the role in the dialect's link, in the standard by the roles of both users.

    The beginning is that of the guardian's role, else of the earliest session of the set: links have no
    dates.
    """
    fields = FieldReader(link, settings)
    user_relation, other_relation = link.user_relation, link.other_relation
    if link.role is not None:
        user_relation, other_relation = None, link.role.casefold()
    if user_relation and other_relation and link.user_studies != link.other_studies:
        # Of two guardians the one who studies is the child.
        if link.user_studies:
            user_relation = None
        else:
            other_relation = None
    if user_relation and other_relation:
        fields.add_finding("agentSourcedIds", "who-is-guardian", detail=link.id)
    elif (user_relation or other_relation) not in GUARDIANS:
        return Outcome(reason="neither is a parent or guardian; a relative is not a legal representative")
    user = fields.reference("userSourcedId", link.id, link.has_user)
    other = fields.reference("agentSourcedIds", link.other_id, link.has_other)
    guardian, child = (other, user) if other_relation else (user, other)
    relation = other_relation or user_relation
    starts = fields.first_day("beginDate", link.begins or link.year_starts)
    return fields.outcome(
        tables.Guardianship,
        joined_id(guardian, child) if guardian and child else "",
        guardian_id=guardian,
        child_id=child,
        relation=relation,
        starts_on=starts,
        ends_on=fields.last_day("endDate", link.ends, starts),
    )


def joined_id(*parts: str) -> str:
    """One id of several, the same in every export: joined by `~`, or a hash if that is long or ambiguous."""
    plain = "~".join(parts)
    if len(plain) <= 64 and not any("~" in part for part in parts):
        return plain
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _grade_of(grades: str | None) -> int | None:
    """`09` → 9; None if there are several, or it isn't a year of school (KG, PS1)."""
    text = (grades or "").strip()
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 2 else 0
    return number if number in _GRADES else None


def _sex(fields: FieldReader, text: str | None) -> str | None:
    if text and text not in SEXES and text not in OTHER_SEXES:
        fields.add_finding("sex", "unknown-code", "field", ascii(text))
    return SEXES.get(text or "")


def _snils(fields: FieldReader, text: str | None) -> str | None:
    digits = normalise_snils(text) if text else None
    if text and digits is None:
        fields.add_finding("userIds", "bad-snils", "field")
    return digits
