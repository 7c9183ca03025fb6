"""Rows of a set with what belongs to them from other files: what translate.py reads. All text, as it came.

`line` is the line of the row's file in the set under way, None where it came with an earlier set.
The fields stand in the order of the columns of joins.py.
"""

import msgspec


class Joined(msgspec.Struct, frozen=True):
    """`double`: the file has other rows with this id, which say otherwise."""

    id: str
    modified: str | None
    line: int | None
    double: int


class Org(Joined, frozen=True):
    name: str | None
    type: str | None
    parent_id: str | None
    has_parent: int


class Session(Joined, frozen=True):
    """An academic session of one school. `number` of `siblings`: sessions of its type beside it, by date."""

    school_id: str
    has_school: int
    title: str | None
    type: str | None
    starts: str | None
    ends: str | None
    school_year: str | None
    parent_id: str | None
    number: int
    siblings: int


class SchoolClass(Joined, frozen=True):
    title: str | None
    grades: str | None
    course_grades: str | None
    type: str | None
    school_id: str | None
    has_school: int
    school_year: str | None


class Course(Joined, frozen=True):
    title: str | None
    subjects: str | None
    org_id: str | None
    has_org: int
    only_homerooms: int


class User(Joined, frozen=True):
    family_name: str | None
    given_name: str | None
    middle_name: str | None
    user_ids: str | None
    birth_date: str | None
    sex: str | None


class Enrollment(Joined, frozen=True):
    """`class_starts`: the first day of the class's terms. `staff_id`: the teacher's best role, at this school
    before others."""

    role: str | None
    user_id: str | None
    has_user: int
    class_id: str | None
    has_class: int
    class_type: str | None
    school_id: str | None
    has_school: int
    begins: str | None
    ends: str | None
    class_starts: str | None
    course_id: str | None
    has_course: int
    staff_id: str | None


class Link(Joined, frozen=True):
    """Two users of whom one names the other. `role`: what the dialect says the other is; else the roles that
    each has tell who is the guardian. `id` is the naming user's."""

    other_id: str
    role: str | None
    has_user: int
    has_other: int
    user_relation: str | None
    other_relation: str | None
    user_studies: int
    other_studies: int
    begins: str | None
    ends: str | None
    year_starts: str | None


class Role(Joined, frozen=True):
    role: str | None
    user_id: str | None
    has_user: int
    org_id: str | None
    has_org: int
    begins: str | None
    ends: str | None
