"""Rows of a set joined with the rows of other files that they name: the input of translate.py.

Values are text as in the files; fields are in the order of the columns of the queries in joins.py.
`has_…` is 1 if the row named by the id is in the set, else 0. `…_line` is the line of a value from another
file.
"""

import msgspec


class Joined(msgspec.Struct, frozen=True):
    """The common fields of all joined rows."""

    id: str
    modified: str | None
    line: int | None  # in the file of the current set; None for a row of an earlier set
    is_duplicate: int  # 1 if the file has another row with this id and other values


class Org(Joined, frozen=True):
    """An organisation."""

    name: str | None
    type: str | None
    parent_id: str | None
    has_parent: int


class Session(Joined, frozen=True):
    """An academic session in one school that uses it."""

    school_id: str
    has_school: int
    class_line: int | None  # of a class of the school
    title: str | None
    type: str | None
    starts: str | None
    ends: str | None  # the first day after it
    school_year: str | None
    parent_id: str | None
    number: int  # from 1, by date, among the parent's sessions of the same type
    siblings: int  # how many those are


class SchoolClass(Joined, frozen=True):
    """A class with the grades of its course and the school year of its terms."""

    title: str | None
    grades: str | None
    course_grades: str | None
    type: str | None
    school_id: str | None
    has_school: int
    course_id: str | None
    school_year: str | None
    session_id: str | None  # of the session that has the school year; None if the class has no session
    session_line: int | None


class Course(Joined, frozen=True):
    """A course. `only_homerooms`: 1 if all its classes are homerooms."""

    title: str | None
    subjects: str | None
    org_id: str | None
    has_org: int
    only_homerooms: int
    school_id: str | None  # the one school of its classes, or the one parent of their schools


class User(Joined, frozen=True):
    """A user with their demographics."""

    family_name: str | None
    given_name: str | None
    middle_name: str | None
    user_ids: str | None
    birth_date: str | None
    sex: str | None
    demographics_line: int | None
    demographics_differ: int  # 1 if demographics.csv has two rows with this id and different values


class Enrollment(Joined, frozen=True):
    """A user in a class, as a student, a teacher or anything else."""

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
    class_starts: str | None  # the first day of the class's terms
    class_line: int | None
    session_id: str | None  # of the session that has this first day; None if the class has no session
    session_line: int | None
    course_id: str | None
    has_course: int
    staff_id: str | None  # id of the teacher's role, at this school if they have one there


class AgentLink(Joined, frozen=True):
    """A user (`id`) who names another one as an agent. Either of the two may be the child."""

    other_id: str
    role: str | None  # of the other user, in the dialect; the standard has none in the link
    has_user: int
    has_other: int
    user_relation: str | None  # parent or guardian, by the user's own roles
    other_relation: str | None
    user_studies: int  # 1 if the user has the role student
    other_studies: int
    begins: str | None
    ends: str | None
    role_line: int | None  # of the row in roles.csv that has these two
    year_starts: str | None  # the first day of the earliest session of the set
    year_line: int | None


class Role(Joined, frozen=True):
    """A user's role in an organisation."""

    role: str | None
    user_id: str | None
    has_user: int
    org_id: str | None
    has_org: int
    begins: str | None
    ends: str | None
