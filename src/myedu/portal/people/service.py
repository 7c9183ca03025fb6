"""The doors: nothing about a child is read without asking here whom this viewer may see.

One for families and pupils, one for staff. The rules are the SQL functions people.visible_students and
people.visible_groups, so that a page can join them in one statement.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from psycopg import AsyncConnection

from myedu.connector.sdk.journal_address import JournalAddress
from myedu.kit.db import execute, fetch_all, fetch_one, fetch_value
from myedu.kit.sql import load_queries
from myedu.portal.people.invented import NotSandbox, invented_person, invented_pupils
from myedu.portal.people.missing import (
    candidates,
    forget_incomplete_kids,
    incomplete_kids,
    own_facts,
    shown_child,
)
from myedu.portal.people.models import (
    ErasedPerson,
    Kid,
    Period,
    Place,
    SchoolClass,
    SchoolKey,
    StaffGroup,
    StaffViewer,
    Student,
    System,
    Viewer,
)
from myedu.portal.people.pausing import pause_system, resume_system
from myedu.portal.people.registration import is_base_url, is_region, is_system_id
from myedu.portal.people.schools import MOST_SCHOOLS, connected_school, search_schools, search_words

__all__ = [
    "MOST_SCHOOLS",
    "NotSandbox",
    "NotVisible",
    "SystemMoved",
    "address_of",
    "candidates",
    "confirm_organization",
    "connected_school",
    "erase_kids",
    "erase_staff",
    "erased_persons",
    "erased_snils",
    "forget_incomplete_kids",
    "has_post",
    "incomplete_kids",
    "invented_person",
    "invented_pupils",
    "is_base_url",
    "is_region",
    "is_system_id",
    "own_facts",
    "pause_system",
    "periods_for_grade",
    "periods_of",
    "register_system",
    "remember_kids",
    "resume_system",
    "school_classes",
    "search_schools",
    "search_words",
    "shown_child",
    "system",
    "systems",
    "visible_groups",
    "visible_student",
    "visible_students",
    "withdraw_organization",
]

QUERIES = load_queries(__package__)

_SENIOR_GRADE = 10  # Russian schools mark grades 10 and 11 by halves, the younger ones by quarters
_SENIOR_KINDS = ("half", "trimester", "quarter", "module", "year")
_JUNIOR_KINDS = ("quarter", "trimester", "module", "half", "year")


class NotVisible(Exception):
    """Raised for another family's child and for no child alike: an answer must not tell them apart."""


class _Snils(msgspec.Struct):
    snils: str


class _Confirmed(msgspec.Struct):
    organization_id: str


class SystemMoved(Exception):
    """The id is registered in another region; rows are keyed by both, so another id is needed."""


async def visible_students(conn: AsyncConnection, viewer: Viewer, now: datetime) -> list[Student]:
    """The children whom the viewer may see at `now`, the eldest first; empty for an unconfirmed account."""
    return await fetch_all(conn, QUERIES.visible_students, _who(viewer, now), Student)


async def visible_student(conn: AsyncConnection, viewer: Viewer, child: UUID, now: datetime) -> Student:
    """The child of an address `/c/{child}/…`. Raises NotVisible."""
    student = await fetch_one(conn, QUERIES.visible_student, {**_who(viewer, now), "child": child}, Student)
    if student is None:
        raise NotVisible
    return student


def _who(viewer: Viewer, now: datetime) -> dict[str, object]:
    return {
        "esia_oid": viewer.esia_oid,
        "snils": viewer.snils,
        "trusted": viewer.trusted,
        "now": now,
    }


async def visible_groups(conn: AsyncConnection, staff: StaffViewer, now: datetime) -> list[StaffGroup]:
    """The groups with which the viewer works at `now`, by school, grade and name.

    A row for each group and post. Empty unless the school's export and ESIA agree that the viewer works
    there.
    """
    viewer, memberships = staff.viewer, staff.memberships
    who = {
        **_who(viewer, now),
        "oids": [membership.oid for membership in memberships],
        "ogrns": [membership.ogrn for membership in memberships if membership.ogrn],
    }
    return await fetch_all(conn, QUERIES.visible_groups, who, StaffGroup)


async def has_post(conn: AsyncConnection, *, esia_oid: str, snils: str | None) -> bool:
    """Whether an export says that the person works at a school, whatever ESIA says."""
    return bool(await fetch_value(conn, QUERIES.has_post, {"snils": snils, "esia_oid": esia_oid}))


async def periods_of(conn: AsyncConnection, student: Student, day: date) -> list[Period]:
    """The periods by which the student is marked in the academic year of `day`, the earliest first.

    A school may have several kinds at once; the contract doesn't say which group has which, so the grade
    decides.
    """
    place = {
        "region": student.region,
        "system_id": student.system_id,
        "organization_id": student.organization_id,
        "day": day,
    }
    return periods_for_grade(await fetch_all(conn, QUERIES.periods, place, Period), student.grade)


def periods_for_grade(periods: Sequence[Period], grade: int | None) -> list[Period]:
    """The periods of the one kind by which a grade is marked; without a known kind, all."""
    senior = grade is not None and grade >= _SENIOR_GRADE
    for kind in _SENIOR_KINDS if senior else _JUNIOR_KINDS:
        chosen = [period for period in periods if period.kind == kind]
        if chosen:
            return chosen
    return list(periods)


async def remember_kids(
    conn: AsyncConnection, parent_oid: str, kids: Iterable[Kid], now: datetime, *, incomplete: int = 0
) -> None:
    """Replace what ESIA said about a person's children; only for a confirmed account. In a transaction.

    `incomplete`: how many ESIA names without SNILS or birth date, so that no pupil can be found by them.
    """
    known = list(kids)
    await execute(conn, QUERIES.forget_kids, {"parent_oid": parent_oid})
    await execute(conn, QUERIES.forget_incomplete_kids, {"parent_oid": parent_oid})
    if incomplete:
        count = {"parent_oid": parent_oid, "kids": incomplete, "now": now}
        await execute(conn, QUERIES.remember_incomplete_kids, count)
    if known:
        rows = {
            "snils": [kid.snils for kid in known],
            "oids": [kid.oid for kid in known],
            "birth_dates": [kid.birth_date for kid in known],
            "last_names": [kid.last_name for kid in known],
            "first_names": [kid.first_name for kid in known],
            "middle_names": [kid.middle_name for kid in known],
        }
        await execute(conn, QUERIES.remember_kids, {"parent_oid": parent_oid, "now": now, **rows})


async def system(conn: AsyncConnection, system_id: str) -> System | None:
    """A journal system by its id."""
    return await fetch_one(conn, QUERIES.system, {"system_id": system_id}, System)


async def systems(conn: AsyncConnection) -> list[System]:
    """Every journal system that the portal knows, paused ones included."""
    return await fetch_all(conn, QUERIES.systems, None, System)


def address_of(known: System) -> JournalAddress:
    """Where a system is called, and with which client id."""
    return JournalAddress(
        known.id, known.base_url, known.client_id, known.profile, known.token_url, known.secret_file
    )


async def register_system(conn: AsyncConnection, new: System) -> None:
    """Add a system, or change its name, address, client, profile or pause. Raises SystemMoved."""
    if not await execute(conn, QUERIES.register_system, msgspec.structs.asdict(new)):
        raise SystemMoved(f"{new.id} is registered in another region than {new.region}: choose another id")


async def confirm_organization(
    conn: AsyncConnection, school: SchoolKey, *, esia_oid: str, account_id: UUID, now: datetime
) -> bool:
    """Note that a school of an export is this organisation of ESIA, by the word of its head's account.

    False, and nothing is changed, if the school is confirmed already or is in the export no more.
    """
    claim = {"esia_oid": esia_oid, "account_id": account_id, "now": now}
    parameters = {**msgspec.structs.asdict(school), **claim}
    return await fetch_one(conn, QUERIES.confirm_organization, parameters, _Confirmed) is not None


async def withdraw_organization(
    conn: AsyncConnection, esia_oid: str, *, reason: str, now: datetime
) -> list[SchoolKey]:
    """Withdraw what was confirmed of an organisation of ESIA; the schools that were. `reason`: a word."""
    parameters = {"esia_oid": esia_oid, "reason": reason, "now": now}
    return await fetch_all(conn, QUERIES.withdraw_organization, parameters, SchoolKey)


async def school_classes(conn: AsyncConnection, school: SchoolKey, day: date) -> list[SchoolClass]:
    """The classes of a school on a day, by grade and name; for its head."""
    parameters = {**msgspec.structs.asdict(school), "day": day}
    return await fetch_all(conn, QUERIES.school_classes, parameters, SchoolClass)


async def erased_persons(conn: AsyncConnection, place: Place) -> list[ErasedPerson]:
    """Whom the transaction under way erases: each room erases what it keeps of them (`Room.erase`).

    SQL of other rooms may read the function people.erased_persons(region, system_id).
    """
    return await fetch_all(conn, QUERIES.erased_persons, msgspec.structs.asdict(place), ErasedPerson)


async def erased_snils(conn: AsyncConnection, place: Place) -> list[str]:
    """SNILS of persons whom the transaction under way erases and whom no other journal has."""
    found = await fetch_all(conn, QUERIES.erased_snils, msgspec.structs.asdict(place), _Snils)
    return [one.snils for one in found]


async def erase_kids(conn: AsyncConnection, place: Place) -> None:
    """Erase what ESIA said of erased children, unless another journal has them. After they are erased."""
    await execute(conn, QUERIES.erase_kids, msgspec.structs.asdict(place))


async def erase_staff(conn: AsyncConnection, place: Place) -> None:
    """Erase what heads have confirmed of posts that are gone. After their persons are erased."""
    await execute(conn, QUERIES.erase_staff, msgspec.structs.asdict(place))
