"""The one door: nothing about a child is read without asking here whom this viewer may see.

The rule itself is the SQL function people.visible_students, so that a page can join it in one statement.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from psycopg import AsyncConnection

from myedu.connector.sdk.journal_address import JournalAddress
from myedu.kit.db import execute, fetch_all, fetch_one
from myedu.kit.sql import load_queries
from myedu.portal.people.models import Kid, Period, Student, System, Viewer
from myedu.portal.people.statements import COMMON

QUERIES = load_queries(__package__)

_SENIOR_GRADE = 10  # Russian schools mark grades 10 and 11 by halves, the younger ones by quarters
_SENIOR_KINDS = ("half", "trimester", "quarter", "module", "year")
_JUNIOR_KINDS = ("quarter", "trimester", "module", "half", "year")


class NotVisible(Exception):
    """The same for a stranger's child and for no child at all: an answer must not tell them apart."""


class SystemMoved(Exception):
    """A system's id is registered in another region; its rows are keyed by both, so register it anew."""


async def visible_students(conn: AsyncConnection, viewer: Viewer, now: datetime) -> list[Student]:
    """All whom the viewer may see at `now`, the eldest first; empty for an account that isn't confirmed."""
    return await fetch_all(conn, QUERIES.visible_students, _door(viewer, now), Student)


async def visible_student(conn: AsyncConnection, viewer: Viewer, child: UUID, now: datetime) -> Student:
    """The child of an address `/c/{child}/…`; raises NotVisible."""
    student = await fetch_one(conn, QUERIES.visible_student, {**_door(viewer, now), "child": child}, Student)
    if student is None:
        raise NotVisible
    return student


def _door(viewer: Viewer, now: datetime) -> dict[str, object]:
    return {
        "esia_oid": viewer.esia_oid,
        "snils": viewer.snils,
        "trusted": viewer.trusted,
        "now": now,
    }


async def periods_of(conn: AsyncConnection, student: Student, day: date) -> list[Period]:
    """The periods by which the student is marked in the academic year of `day`, the earliest first.

    A school may keep several kinds beside each other; the contract does not say which group has which,
    so the grade decides.
    """
    place = {
        "region": student.region,
        "system_id": student.system_id,
        "organization_id": student.organization_id,
        "day": day,
    }
    return periods_for_grade(await fetch_all(conn, QUERIES.periods, place, Period), student.grade)


def periods_for_grade(periods: Sequence[Period], grade: int | None) -> list[Period]:
    """Those of the one kind that a grade is marked by; where no known kind is there, all."""
    senior = grade is not None and grade >= _SENIOR_GRADE
    for kind in _SENIOR_KINDS if senior else _JUNIOR_KINDS:
        chosen = [period for period in periods if period.kind == kind]
        if chosen:
            return chosen
    return list(periods)


async def remember_kids(conn: AsyncConnection, parent_oid: str, kids: Iterable[Kid], now: datetime) -> None:
    """Replace what ESIA said about this person's children; only for a confirmed account. In a transaction."""
    known = list(kids)
    await execute(conn, QUERIES.forget_kids, {"parent_oid": parent_oid})
    if known:
        rows = {
            "snils": [kid.snils for kid in known],
            "oids": [kid.oid for kid in known],
            "birth_dates": [kid.birth_date for kid in known],
        }
        await execute(conn, QUERIES.remember_kids, {"parent_oid": parent_oid, "now": now, **rows})


async def system(conn: AsyncConnection, system_id: str) -> System | None:
    """A journal system by its id."""
    return await fetch_one(conn, QUERIES.system, {"system_id": system_id}, System)


async def systems(conn: AsyncConnection) -> list[System]:
    """Every journal system that the portal knows, paused ones included."""
    return await fetch_all(conn, QUERIES.systems, None, System)


def address_of(known: System) -> JournalAddress:
    """Where a system is called, and as whom."""
    return JournalAddress(
        known.id, known.base_url, known.client_id, known.profile, known.token_url, known.secret_file
    )


async def register_system(conn: AsyncConnection, new: System) -> None:
    """Add a system, or change its name, address, client, profile or pause; raises SystemMoved.

    A region's first system opens the region's parts of the staging; its first package, those of the rows.
    """
    if not await execute(conn, QUERIES.register_system, msgspec.structs.asdict(new)):
        raise SystemMoved(f"{new.id} is registered in another region than {new.region}: choose another id")
    await execute(conn, COMMON.open_region, {"region": new.region})
