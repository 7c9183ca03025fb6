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
    is_known_role,
)
from myedu.connector.adapters.oneroster.fields import FieldReader, Outcome, Settings
from myedu.contract import tables
from myedu.contract.snils import lacks_leading_zero, normalise_snils

_CLASS_NAME = re.compile(r"(\d{1,2})[\s-]*[«\"]?([А-ЯЁA-Z])[»\"]?\Z", re.IGNORECASE)
_GRADES = range(1, 13)
UNKNOWN_ID = "?"
"""Begins the id of a row whose id is made of values of which one is missing."""
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
    of_class = fields.at("classes", session.class_line)
    school_id = of_class.reference("schoolSourcedId", session.school_id, session.has_school)
    kind = fields.known_code("type", session.type, SESSION_TYPES)
    starts = fields.first_day("startDate", session.starts)
    ends = fields.last_day_of_session(session.ends, starts)
    if ends is None and not session.ends:
        fields.add_finding("endDate", "required")
    academic_year = fields.academic_year(session.school_year)
    if academic_year and ends is not None and starts != date.min:
        fields.check_year(academic_year, starts, ends)
    return fields.outcome(
        tables.Period,
        joined_id(school_id, session_id) if school_id and session_id else "",
        organization_id=school_id,
        academic_year=academic_year,
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
    if not school_class.course_id and not settings.is_dialect:
        fields.add_finding("courseSourcedId", "required", "field")
    return fields.outcome(
        tables.Group,
        group_id,
        organization_id=fields.reference("schoolSourcedId", school_class.school_id, school_class.has_school),
        academic_year=_year_of(school_class, fields, settings),
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
    # Over REST a course may name no organisation: it is that of its classes.
    org_id = course.org_id or (course.school_id if settings.over_rest else None)
    return fields.outcome(
        tables.Subject,
        subject_id,
        organization_id=fields.reference("orgSourcedId", org_id, course.has_org),
        name=fields.name("title", course.title),
        area=fields.text("subjects", course.subjects),
    )


def person(user: models.User, settings: Settings) -> Outcome:
    """A user with their demographics."""
    fields = FieldReader(user, settings)
    more = fields.at("demographics", user.demographics_line)
    if user.demographics_differ:
        more.add_finding("sourcedId", "duplicate-id")
    ids = {kind.strip().casefold(): value.strip() for kind, value in _USER_ID.findall(user.user_ids or "")}
    return fields.outcome(
        tables.Person,
        fields.id("sourcedId", user.id),
        last_name=fields.name("familyName", user.family_name),
        first_name=fields.name("givenName", user.given_name),
        middle_name=fields.text("middleName", user.middle_name),
        birth_date=more.optional_day("birthDate", user.birth_date),
        sex=_sex(more, user.sex),
        snils=_snils(fields, ids.get("snils") or ids.get("снилс")),
    )


def enrollment(enrolled: models.Enrollment, settings: Settings) -> Outcome:
    """A student in a class. Without a beginning of its own it begins with the class's terms."""
    fields = FieldReader(enrolled, settings)
    role = enrolled.role or ""
    if not role:
        fields.add_finding("role", "required")
    elif not is_known_role(role, is_dialect=settings.is_dialect):
        fields.add_finding("role", "unknown-role", detail=ascii(role))
    elif role != "student":
        return Outcome(reason="neither a student nor a teacher of the class")
    starts = _first_day_of(enrolled, fields, settings)
    return fields.outcome(
        tables.Enrollment,
        fields.id("sourcedId", enrolled.id),
        person_id=fields.reference("userSourcedId", enrolled.user_id, enrolled.has_user),
        organization_id=fields.reference("schoolSourcedId", enrolled.school_id, enrolled.has_school),
        group_id=fields.reference("classSourcedId", enrolled.class_id, enrolled.has_class),
        starts_on=starts,
        ends_on=fields.last_day("endDate", enrolled.ends, starts, is_own_start=bool(enrolled.begins)),
    )


def teaching(enrolled: models.Enrollment, settings: Settings) -> Outcome:
    """A teacher of a scheduled class, who teaches its course."""
    if settings.is_dialect and enrolled.has_class and not enrolled.course_id:
        return Outcome(reason="its class names no course, so it isn't known what is taught")
    fields = FieldReader(enrolled, settings)
    fields.reference("userSourcedId", enrolled.user_id, enrolled.has_user)
    staff_id = enrolled.staff_id or ""
    if enrolled.has_user and not staff_id:
        fields.add_finding("userSourcedId", "no-role-at-school", detail=enrolled.user_id)
    group_id = fields.reference("classSourcedId", enrolled.class_id, enrolled.has_class)
    of_class = fields.at("classes", enrolled.class_line)
    subject_id = enrolled.course_id or ""
    if enrolled.has_class:
        subject_id = of_class.reference("courseSourcedId", enrolled.course_id, enrolled.has_course)
    starts = fields.optional_day("beginDate", enrolled.begins)
    return fields.outcome(
        tables.Teaching,
        fields.id("sourcedId", enrolled.id),
        staff_id=staff_id,
        group_id=group_id,
        subject_id=subject_id,
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
    is_known = is_known_role(code, is_dialect=settings.is_dialect)
    if is_known and code not in STAFF:
        return Outcome(reason="a role that the contract has no word for: it may not be staff")
    fields = FieldReader(role, settings)
    if not code:
        fields.add_finding("role", "required")
    elif not is_known:
        fields.add_finding("role", "unknown-role", detail=ascii(code))
    starts = fields.optional_day("beginDate", role.begins)
    return fields.outcome(
        tables.Staff,
        "" if role.id.startswith(UNKNOWN_ID) else fields.id("sourcedId", role.id),
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
    user_relation, other_relation = _relations(link)
    if user_relation and other_relation:
        fields.add_finding("agentSourcedIds", "who-is-guardian")
    elif link.role is not None and not is_known_role(link.role, is_dialect=True):
        fields.add_finding("relationshipRole", "unknown-role", detail=ascii(link.role))
    elif (user_relation or other_relation) not in GUARDIANS:
        return Outcome(reason="neither is a parent or guardian; a relative is not a legal representative")
    columns = ("sourcedId", "agentSourcedIds")
    if link.role is not None:
        columns = ("userSourcedId", "relationshipUserSourcedId")
    user = fields.reference(columns[0], link.id, link.has_user)
    other = fields.reference(columns[1], link.other_id, link.has_other)
    guardian, child = (other, user) if other_relation else (user, other)
    of_role, of_year = fields.at("roles", link.role_line), fields.at("academicSessions", link.year_line)
    if link.begins:
        starts = of_role.first_day("beginDate", link.begins)
    else:
        starts = of_year.first_day("startDate", link.year_starts or settings.year_starts)
    return fields.outcome(
        tables.Guardianship,
        joined_id(guardian, child) if guardian and child else "",
        guardian_id=guardian,
        child_id=child,
        relation=other_relation or user_relation,
        starts_on=starts,
        ends_on=of_role.last_day("endDate", link.ends, starts, is_own_start=bool(link.begins)),
    )


def _relations(link: models.AgentLink) -> tuple[str | None, str | None]:
    """What user and other are to each other. Of two guardians the one who studies is the child."""
    if link.role is not None:
        return None, link.role.casefold()
    if link.user_relation and link.other_relation and link.user_studies != link.other_studies:
        return (None, link.other_relation) if link.user_studies else (link.user_relation, None)
    return link.user_relation, link.other_relation


def joined_id(*parts: str) -> str:
    """One id of several, the same in every export: joined by `~`, or a hash if that is long or ambiguous."""
    plain = "~".join(parts)
    if len(plain) <= 64 and not any("~" in part for part in parts):
        return plain
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _year_of(school_class: models.SchoolClass, fields: FieldReader, settings: Settings) -> int:
    """The academic year of a class's sessions, else the one that was given for the whole set."""
    if school_class.session_id is not None:
        return fields.at("academicSessions", school_class.session_line).academic_year(
            school_class.school_year
        )
    if settings.school_year is None:
        fields.add_finding("termSourcedIds", "no-session")
    return settings.school_year or 0


def _first_day_of(enrolled: models.Enrollment, fields: FieldReader, settings: Settings) -> date:
    """The row's own beginning, else that of the class's sessions, else of the year given for the set."""
    if enrolled.begins:
        return fields.first_day("beginDate", enrolled.begins)
    if enrolled.session_id is not None:
        of_session = fields.at("academicSessions", enrolled.session_line)
        return of_session.first_day("startDate", enrolled.class_starts)
    if settings.year_starts is not None:
        return fields.first_day("beginDate", settings.year_starts)
    if enrolled.has_class:
        fields.at("classes", enrolled.class_line).add_finding("termSourcedIds", "no-session")
    return date.min


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
        fields.add_finding("userIds", "short-snils" if lacks_leading_zero(text) else "bad-snils", "field")
    return digits
