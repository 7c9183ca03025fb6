"""How one journal is asked: what it declares decides the way, its limit of days the parts."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec

from myedu.connector.sdk.client import ForWhom, JournalClient, Pupil, Reply
from myedu.connector.sdk.diary import compose
from myedu.contract.act import Act
from myedu.contract.answers import Capabilities, Diary, FileLink, Marks
from myedu.contract.windows import MAX_WINDOW_DAYS, Window, split_window
from myedu.kit.clock import Clock

Days = TypeVar("Days", Diary, Marks)

Ask = Callable[[Window, str | None], Awaitable[Reply[Days]]]
"""Asks for the days of a window, conditionally where there is an ETag."""


class Asker(msgspec.Struct, frozen=True):
    """For whom a journal is asked: the `act` claim and the person's pseudonym."""

    act: Act
    pseudonym: str
    pupil: Pupil

    @property
    def said(self) -> ForWhom:
        """What every call about a student says of the asker."""
        return {"act": self.act, "asker": self.pseudonym, "pupil": self.pupil}


class Journal:
    """One registered system. Remembers its capabilities for some minutes."""

    def __init__(self, client: JournalClient, clock: Clock, capabilities_seconds: float) -> None:
        self._client = client
        self._clock = clock
        self._memory = timedelta(seconds=capabilities_seconds)
        self._capabilities: Capabilities | None = None
        self._declared_at = datetime.min.replace(tzinfo=clock.now().tzinfo)

    async def diary(self, student_id: str, window: Window, asker: Asker, etag: str | None) -> Reply[Diary]:
        """The diary; a system that doesn't serve it whole is asked for the parts."""
        if "diary" not in (await self._declared()).capabilities:
            return await self._in_parts(window, None, lambda part, _: self._composed(student_id, part, asker))
        return await self._in_parts(
            window, etag, lambda part, tag: self._client.diary(student_id, part, **asker.said, etag=tag)
        )

    async def marks(self, student_id: str, window: Window, asker: Asker, etag: str | None) -> Reply[Marks]:
        """The marks set on the days of the window."""
        return await self._in_parts(
            window, etag, lambda part, tag: self._client.marks(student_id, part, **asker.said, etag=tag)
        )

    async def file(self, file_id: str, asker: Asker) -> FileLink | None:
        """A link for the person's own browser, good for some minutes; None where files aren't served."""
        if "files" not in (await self._declared()).capabilities:
            return None
        return (await self._client.file(file_id, **asker.said)).value

    async def _in_parts(self, window: Window, etag: str | None, ask: Ask[Days]) -> Reply[Days]:
        longest = min((await self._declared()).limits.window_days, MAX_WINDOW_DAYS)
        parts = split_window(window, max(longest, 1))
        if len(parts) == 1:
            return await ask(window, etag)
        # The ETag is of one whole answer: a part can't be asked for by it.
        replies = await asyncio.gather(*(ask(part, None) for part in parts))
        return _own_reply(_joined([reply.value for reply in replies]))

    async def _composed(self, student_id: str, window: Window, asker: Asker) -> Reply[Diary]:
        asked = [
            self._client.schedule(student_id, window, **asker.said),
            self._client.homework(student_id, window, **asker.said),
            self._client.marks(student_id, window, **asker.said),
        ]
        if "attendance" in (await self._declared()).capabilities:
            asked.append(self._client.attendance(student_id, window, **asker.said))
        schedule, homework, marks, *attendance = [reply.value for reply in await asyncio.gather(*asked)]
        return _own_reply(compose(schedule, homework, marks, *attendance or [None]))

    async def _declared(self) -> Capabilities:
        now = self._clock.now()
        if self._capabilities is None or now - self._declared_at > self._memory:
            self._capabilities = (await self._client.capabilities()).value
            self._declared_at = now
        return self._capabilities


def _own_reply(value: Days) -> Reply[Days]:
    # No ETag: it is nobody's answer, so it can't be asked for conditionally.
    return Reply(value=value, body=msgspec.json.encode(value), etag=None)


def _joined(answers: Sequence[Days]) -> Days:
    """Answers about windows that follow one another, as one answer about all the days."""
    first, last = answers[0], answers[-1]
    lists = {
        name: tuple(entry for answer in answers for entry in getattr(answer, name))
        for name in ("lessons", "homework", "marks")
        if hasattr(first, name)
    }
    return msgspec.structs.replace(first, last_day=last.last_day, **lists)
