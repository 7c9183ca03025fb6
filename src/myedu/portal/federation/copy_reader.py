"""Homework from the last good copies, without asking a journal."""

from collections.abc import AsyncIterator

from psycopg import AsyncConnection

from myedu.contract.school import Homework
from myedu.portal.federation.copy_store import CopyStore
from myedu.portal.people.models import Student


async def shown_homework(
    copies: CopyStore, conn: AsyncConnection, student: Student
) -> AsyncIterator[Homework]:
    """All homework that the family can have seen, the newest copies first; a task may come several times."""
    for query, copy in await copies.diaries_of(conn, student):
        decoded = copies.decode(query, copy)
        if decoded is None:
            continue
        diary = decoded.value
        for entry in diary.lessons:
            for homework in entry.homework:
                yield homework
        for homework in diary.homework:
            yield homework
