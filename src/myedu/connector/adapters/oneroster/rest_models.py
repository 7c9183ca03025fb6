"""Objects of a OneRoster 1.2 REST provider, with the fields that the contract has a place for.

Texts are as the provider has sent them, all fields have defaults: rest_values.py reads odd objects too, and
who uses one sees what is missing. `sourced_id` is "" if an object has no id.
"""

from typing import TypeVar

import msgspec

T = TypeVar("T", bound="Thing")


class Thing(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The common fields of all objects. Any status other than tobedeleted is active."""

    sourced_id: str = ""
    status: str = "active"
    date_last_modified: str = ""

    @property
    def is_deleted(self) -> bool:
        """Whether the object is only told of because it is gone."""
        return self.status.lower() == "tobedeleted"


class Link(msgspec.Struct, frozen=True, rename="camel"):
    """A GUIDRef: the id of an object in another collection."""

    sourced_id: str = ""


class UserId(msgspec.Struct, frozen=True):
    """A number of a user in another register, e.g. of the type SNILS."""

    type: str = ""
    identifier: str = ""


class UserRole(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A user's role in an organisation."""

    role: str = ""
    org: Link | None = None
    role_type: str = "secondary"
    begin_date: str = ""
    end_date: str = ""


class User(Thing, frozen=True, kw_only=True, rename="camel"):
    """A user of any role. `roles` None: the provider doesn't say which, though every user has one."""

    given_name: str = ""
    family_name: str = ""
    middle_name: str = ""
    enabled_user: str = "true"
    username: str = ""
    user_ids: tuple[UserId, ...] = ()
    roles: tuple[UserRole, ...] | None = None
    agents: tuple[Link, ...] = ()


class Org(Thing, frozen=True, kw_only=True, rename="camel"):
    """A school, a district or another organisation."""

    name: str = ""
    type: str = ""
    parent: Link | None = None


class AcademicSession(Thing, frozen=True, kw_only=True, rename="camel"):
    """A school year or a part of it. Its end is the first day after it."""

    title: str = ""
    type: str = ""
    start_date: str = ""
    end_date: str = ""
    school_year: str = ""
    parent: Link | None = None


class Course(Thing, frozen=True, kw_only=True, rename="camel"):
    """A course of a school."""

    title: str = ""
    org: Link | None = None
    school_year: Link | None = None
    grades: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()


class SchoolClass(Thing, frozen=True, kw_only=True, rename="camel"):
    """A class: a homeroom, or the group to which a course is taught."""

    title: str = ""
    class_type: str = ""
    course: Link | None = None
    school: Link | None = None
    terms: tuple[Link, ...] = ()
    grades: tuple[str, ...] = ()


class Enrollment(Thing, frozen=True, kw_only=True, rename="camel"):
    """A user in a class."""

    role: str = ""
    user: Link | None = None
    school: Link | None = None
    school_class: Link | None = msgspec.field(name="class", default=None)
    begin_date: str = ""
    end_date: str = ""


class Demographics(Thing, frozen=True, kw_only=True, rename="camel"):
    """A user's demographics; its id is the user's."""

    birth_date: str = ""
    sex: str = ""


class Category(Thing, frozen=True, kw_only=True, rename="camel"):
    """A kind of line items, named by the provider."""

    title: str = ""


class LineItem(Thing, frozen=True, kw_only=True, rename="camel"):
    """A task. Its dates are days or instants with an offset."""

    title: str = ""
    assign_date: str = ""
    due_date: str = ""
    category: Link | None = None
    description: str = ""
    result_value_max: float | None = None


class Result(Thing, frozen=True, kw_only=True, rename="camel"):
    """A student's result of a line item."""

    line_item: Link | None = None
    student: Link | None = None
    score_status: str = ""
    score_date: str = ""
    score: float | None = None
    text_score: str = ""
    comment: str = ""


def id_of(link: Link | None) -> str:
    """The id that a link names, "" if it names none."""
    return link.sourced_id if link else ""
