"""What can be read of the last good copies, without asking anybody."""

from collections.abc import AsyncIterator
from typing import Any

import msgspec
from psycopg import AsyncConnection

from myedu.contract.answers import Diary, Marks
from myedu.contract.school import Homework
from myedu.portal.federation import store
from myedu.portal.federation.models import Copy, Fresh
from myedu.portal.people.models import Student

_ANSWERS: dict[str, type] = {"diary": Diary, "marks": Marks}
_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {
    method: msgspec.json.Decoder(answer) for method, answer in _ANSWERS.items()
}


def opened(method: str, copy: Copy | None) -> Fresh[Any] | None:
    """The copy read; None when there is none, or it is of a contract that this release can't read."""
    if copy is None:
        return None
    try:
        return Fresh(_DECODERS[method].decode(copy.body), copy.body, copy.fetched_at)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


async def shown_homework(conn: AsyncConnection, student: Student) -> AsyncIterator[Homework]:
    """All homework that the family can have seen, the newest copies first."""
    for copy in await store.copies_of(conn, student):
        known = opened("diary", copy)
        if known is None:
            continue
        for entry in known.value.lessons:
            for homework in entry.homework:
                yield homework
        for homework in known.value.homework:
            yield homework
