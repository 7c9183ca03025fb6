"""What can be read of the last good copies, without asking anybody."""

from collections.abc import AsyncIterator
from typing import Any

from psycopg import AsyncConnection

from myedu.contract.school import Homework
from myedu.portal.federation.copies import Copies
from myedu.portal.federation.models import Copy, Fresh, Question
from myedu.portal.people.models import Student


def opened(copies: Copies, question: Question, copy: Copy | None) -> Fresh[Any] | None:
    """The copy read; None when there is none, or it is of a contract that this release can't read."""
    value = None if copy is None else copies.value_of(question, copy)
    return None if copy is None or value is None else Fresh(value, copy.body, copy.fetched_at)


async def shown_homework(copies: Copies, conn: AsyncConnection, student: Student) -> AsyncIterator[Homework]:
    """All homework that the family can have seen, the newest copies first."""
    for question, copy in await copies.copies_of(conn, student):
        known = opened(copies, question, copy)
        if known is None:
            continue
        for entry in known.value.lessons:
            for homework in entry.homework:
                yield homework
        for homework in known.value.homework:
            yield homework
