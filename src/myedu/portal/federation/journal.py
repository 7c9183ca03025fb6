"""How one journal is asked: what it declares decides the way, its limit of days the parts.

Every call goes through the journal's bulkhead.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

import msgspec

from myedu.connector.sdk.client import JournalClient, JournalError, PersonalCallOptions, Pupil, Reply
from myedu.connector.sdk.diary import compose
from myedu.contract.act import Act
from myedu.contract.answers import Capabilities, Changes, Diary, FileLink, Marks
from myedu.contract.windows import MAX_WINDOW_DAYS, Window, split_window
from myedu.kit.clock import Clock
from myedu.portal.federation.bulkhead import Bulkhead

T = TypeVar("T")
Days = TypeVar("Days", Diary, Marks)

Ask = Callable[[Window, str | None], Coroutine[Any, Any, Reply[Days]]]
"""Asks for the days of a window, conditionally where there is an ETag."""


class Asker(msgspec.Struct, frozen=True):
    """For whom a journal is asked: the `act` claim, the person's pseudonym. `until`: a time of the loop."""

    act: Act
    pseudonym: str
    pupil: Pupil
    until: float

    @property
    def said(self) -> PersonalCallOptions:
        """What every call about a student says of the asker."""
        return {"act": self.act, "asker": self.pseudonym, "pupil": self.pupil}


class Journal:
    """One registered system. Remembers its capabilities for some minutes. Methods raise JournalError."""

    def __init__(
        self, client: JournalClient, bulkhead: Bulkhead, clock: Clock, capabilities_seconds: float
    ) -> None:
        self.bulkhead = bulkhead
        self._client = client
        self._clock = clock
        self._memory = timedelta(seconds=capabilities_seconds)
        self._capabilities: Capabilities | None = None
        self._good_until = datetime.min.replace(tzinfo=clock.now().tzinfo)
        self._declaring: asyncio.Task[Capabilities] | None = None

    async def diary(self, student_id: str, window: Window, asker: Asker, etag: str | None) -> Reply[Diary]:
        """The diary; a system that doesn't serve it whole is asked for the parts."""
        if "diary" not in (await self._declared(asker.until)).capabilities:
            return await self._in_parts(
                window, None, asker, lambda part, _: self._composed(student_id, part, asker)
            )
        return await self._in_parts(
            window, etag, asker, lambda part, tag: self._days("diary", student_id, part, asker, tag)
        )

    async def marks(self, student_id: str, window: Window, asker: Asker, etag: str | None) -> Reply[Marks]:
        """The marks set on the days of the window."""
        return await self._in_parts(
            window, etag, asker, lambda part, tag: self._days("marks", student_id, part, asker, tag)
        )

    async def file(self, file_id: str, asker: Asker) -> FileLink | None:
        """A link for the person's own browser, good for some minutes; None where files aren't served."""
        if "files" not in (await self._declared(asker.until)).capabilities:
            return None
        reply = await self.bulkhead.call(
            "file",
            lambda seconds: self._client.file(file_id, **asker.said, timeout=seconds),
            asker.until,
        )
        return reply.value

    async def declares(self, capability: str, until: float) -> bool:
        """Whether the system says that it can do this."""
        return capability in (await self._declared(until)).capabilities

    async def changes(self, since: str | None, until: float) -> Changes:
        """Whose diary changed behind the cursor; CursorGone where the system doesn't know it any more."""
        reply = await self.bulkhead.call(
            "changes", lambda seconds: self._client.changes(since, timeout=seconds), until
        )
        return _value(reply)

    async def _days(
        self, method: str, student_id: str, window: Window, asker: Asker, etag: str | None = None
    ) -> Reply[Any]:
        ask = getattr(self._client, method)
        return await self.bulkhead.call(
            method,
            lambda seconds: ask(student_id, window, **asker.said, etag=etag, timeout=seconds),
            asker.until,
        )

    async def _in_parts(self, window: Window, etag: str | None, asker: Asker, ask: Ask[Days]) -> Reply[Days]:
        longest = min((await self._declared(asker.until)).limits.window_days, MAX_WINDOW_DAYS)
        parts = split_window(window, max(longest, 1))
        if len(parts) == 1:
            return await ask(window, etag)
        # The ETag is of one whole answer: a part can't be asked for by it.
        replies = await _together(ask(part, None) for part in parts)
        return _own_reply(_joined([_value(reply) for reply in replies]))

    async def _composed(self, student_id: str, window: Window, asker: Asker) -> Reply[Diary]:
        methods = ["schedule", "homework", "marks"]
        if "attendance" in (await self._declared(asker.until)).capabilities:
            methods.append("attendance")
        replies = await _together(self._days(method, student_id, window, asker) for method in methods)
        schedule, homework, marks, *attendance = [_value(reply) for reply in replies]
        return _own_reply(compose(schedule, homework, marks, *attendance or [None]))

    async def _declared(self, until: float) -> Capabilities:
        """What the system can do; fetched once for all who ask meanwhile."""
        if self._capabilities is not None and self._clock.now() < self._good_until:
            return self._capabilities
        if self._declaring is None or self._declaring.done():
            self._declaring = asyncio.create_task(self._fetch_capabilities(until))
            # a failure that nobody waits for any more is no news
            self._declaring.add_done_callback(lambda task: task.cancelled() or task.exception())
        return await asyncio.shield(self._declaring)

    async def _fetch_capabilities(self, until: float) -> Capabilities:
        try:
            reply = await self.bulkhead.call(
                "capabilities", lambda seconds: self._client.capabilities(timeout=seconds), until
            )
        except JournalError:
            if self._capabilities is None:
                raise
            # What it could do minutes ago is a better guess than no page; asked again before long.
            self._good_until = self._clock.now() + self._memory / 10
            return self._capabilities
        self._capabilities = _value(reply)
        self._good_until = self._clock.now() + self._memory
        self.bulkhead.declare(self._capabilities.limits.requests_per_second)
        return self._capabilities


async def _together(coroutines: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """All answers, in their order; the first failure ends the others: half a week is no week."""
    tasks = [asyncio.create_task(one) for one in coroutines]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        # a call that is ended gives its place back before anybody goes on
        await asyncio.gather(*tasks, return_exceptions=True)


def _value(reply: Reply[T]) -> T:
    assert reply.value is not None  # asked without an ETag, nothing can be unchanged
    return reply.value


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
