"""Last good copies in PostgreSQL. A neighbour room reads them through `federation.service`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection

from myedu.kit.db import execute, fetch_all, fetch_one
from myedu.kit.sql import load_queries
from myedu.portal.federation.models import Copy, Question
from myedu.portal.people.intake import Place
from myedu.portal.people.models import Student

QUERIES = load_queries("myedu.portal.federation")


async def copy_of(conn: AsyncConnection, question: Question) -> Copy | None:
    """The last good answer to this question."""
    return await fetch_one(conn, QUERIES.copy, _key(question), Copy)


async def copies_of(conn: AsyncConnection, student: Student) -> list[Copy]:
    """All last good diaries of a student, the newest first."""
    whose = {"region": student.region, "system_id": student.system_id, "student_id": student.person_id}
    return await fetch_all(conn, QUERIES.copies_of, whose, Copy)


async def keep_copy(conn: AsyncConnection, question: Question, copy: Copy) -> None:
    """Put a good answer in the place of an older one."""
    answer = {"body": copy.body, "etag": copy.etag, "fetched_at": copy.fetched_at}
    await execute(conn, QUERIES.keep_copy, {**_key(question), **answer})


async def confirm_copy(conn: AsyncConnection, question: Question, now: datetime) -> None:
    """The journal said that nothing has changed since."""
    await execute(conn, QUERIES.confirm_copy, {**_key(question), "fetched_at": now})


async def erase_persons(conn: AsyncConnection, place: Place) -> None:
    """Copies about the persons of people.incoming_erased."""
    await execute(conn, QUERIES.erase_persons, {"region": place.region, "system_id": place.system_id})


def _key(question: Question) -> Mapping[str, Any]:
    return {
        "region": question.student.region,
        "system_id": question.student.system_id,
        "student_id": question.student.person_id,
        "method": question.method,
        "first_day": question.window.first,
        "last_day": question.window.last,
    }
