"""How one journal is asked: its capabilities decide which methods are called, its limit of days the parts.

Every call goes through the journal's bulkhead.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import chain
from typing import Any, Protocol, TypeVar, Unpack, overload

import msgspec

from myedu.connector.sdk.answer_bounds import bounded
from myedu.connector.sdk.client import (
    JournalClient,
    JournalError,
    JournalWrong,
    PersonalCallOptions,
    Pupil,
    Reply,
)
from myedu.connector.sdk.diary import compose
from myedu.contract.act import Act
from myedu.contract.answers import Capabilities, Changes, Diary, FileLink, Marks, TeacherSchedule
from myedu.contract.windows import MAX_WINDOW_DAYS, Window, split_window
from myedu.kit.clock import Clock
from myedu.portal.federation.bulkhead import Bulkhead
from myedu.portal.federation.models import Answer, JournalQuery

T = TypeVar("T")

CallPart = Callable[[Window, str | None], Coroutine[Any, Any, Reply[Answer]]]
"""Asks for the days of a window, conditionally if there is an ETag."""


class DaysMethod(Protocol[T]):
    """A method of JournalClient that answers about the days of a window."""

    def __call__(
        self, student_id: str, window: Window, **options: Unpack[PersonalCallOptions]
    ) -> Awaitable[Reply[T]]:
        """JournalClient.diary, .marks and their like."""


class Requester(msgspec.Struct, frozen=True):
    """For whom a journal is asked: the `act` claim, the person's pseudonym, the pupil.

    `deadline`: a time of the running loop by which the call must have ended.
    """

    act: Act
    pseudonym: str
    pupil: Pupil
    deadline: float

    def options(self, timeout: float, etag: str | None = None) -> PersonalCallOptions:
        """The options of a call of JournalClient; `timeout` in seconds."""
        return {
            "act": self.act,
            "asker": self.pseudonym,
            "pupil": self.pupil,
            "timeout": timeout,
            "etag": etag,
        }


class Journal:
    """One registered system. Caches its capabilities for some minutes. Methods raise JournalError."""

    def __init__(
        self, client: JournalClient, bulkhead: Bulkhead, clock: Clock, capabilities_seconds: float
    ) -> None:
        self.bulkhead = bulkhead
        self._client = client
        self._clock = clock
        self._ttl = timedelta(seconds=capabilities_seconds)
        self._capabilities: Capabilities | None = None
        self._good_until = datetime.min.replace(tzinfo=clock.now().tzinfo)
        self._fetching: asyncio.Task[Capabilities] | None = None

    @overload
    async def read(
        self, query: JournalQuery[Diary], requester: Requester, etag: str | None
    ) -> Reply[Diary]: ...

    @overload
    async def read(
        self, query: JournalQuery[Marks], requester: Requester, etag: str | None
    ) -> Reply[Marks]: ...

    async def read(
        self, query: JournalQuery[Diary] | JournalQuery[Marks], requester: Requester, etag: str | None
    ) -> Reply[Diary] | Reply[Marks]:
        """The answer to a query; unchanged (without a value) since `etag`, where that is given."""
        student_id, window = query.student.person_id, query.window
        match query.method:
            case "diary":
                return await self.diary(student_id, window, requester, etag)
            case "marks":
                return await self.marks(student_id, window, requester, etag)

    async def diary(
        self, student_id: str, window: Window, requester: Requester, etag: str | None
    ) -> Reply[Diary]:
        """The diary; composed of the other methods' answers where the system has no method for it."""

        async def whole(part: Window, etag: str | None) -> Reply[Diary]:
            return await self._days("diary", self._client.diary, student_id, part, requester, etag)

        async def composed(part: Window, _: str | None) -> Reply[Diary]:
            return await self._composed(student_id, part, requester)

        if await self.declares("diary", requester.deadline):
            return await self._in_parts(window, etag, requester, whole, _join_diaries)
        return await self._in_parts(window, None, requester, composed, _join_diaries)

    async def marks(
        self, student_id: str, window: Window, requester: Requester, etag: str | None
    ) -> Reply[Marks]:
        """The marks set on the days of the window."""

        async def call(part: Window, etag: str | None) -> Reply[Marks]:
            return await self._days("marks", self._client.marks, student_id, part, requester, etag)

        return await self._in_parts(window, etag, requester, call, _join_marks)

    async def teacher_schedule(
        self, staff_id: str, window: Window, requester: Requester
    ) -> Reply[TeacherSchedule]:
        """Lessons of a post. Raises JournalWrong(not-served) where teachers' lessons aren't served."""
        if not await self.declares("teachers", requester.deadline):
            raise JournalWrong("not-served", "the journal serves no teachers' lessons")
        return await self.bulkhead.call(
            "teacher-schedule",
            lambda seconds: self._client.teacher_schedule(staff_id, window, **requester.options(seconds)),
            requester.deadline,
        )

    async def file(self, file_id: str, requester: Requester) -> FileLink | None:
        """A link for the person's own browser, good for some minutes; None where files aren't served."""
        if not await self.declares("files", requester.deadline):
            return None
        reply = await self.bulkhead.call(
            "file",
            lambda seconds: self._client.file(file_id, **requester.options(seconds)),
            requester.deadline,
        )
        return reply.value

    async def ask_health(self, deadline: float) -> Capabilities:
        """What the system says of itself now, also if it rests. `deadline`: a time of the loop."""
        self.bulkhead.wake()
        self._good_until = datetime.min.replace(tzinfo=self._good_until.tzinfo)
        self._capabilities = None
        return await self._current_capabilities(deadline)

    async def declares(self, capability: str, deadline: float) -> bool:
        """Whether the system says that it can do this; `deadline`: a time of the loop."""
        return capability in (await self._current_capabilities(deadline)).capabilities

    async def changes(self, since: str | None, deadline: float) -> Changes:
        """Whose diary changed after the cursor `since`; None: the feed's present.

        Raises CursorGone if the system doesn't know the cursor any more.
        """
        reply = await self.bulkhead.call(
            "changes", lambda seconds: self._client.changes(since, timeout=seconds), deadline
        )
        return _value(reply)

    async def _days(
        self,
        name: str,
        method: DaysMethod[T],
        student_id: str,
        window: Window,
        requester: Requester,
        etag: str | None = None,
    ) -> Reply[T]:
        return await self.bulkhead.call(
            name,
            lambda seconds: method(student_id, window, **requester.options(seconds, etag)),
            requester.deadline,
        )

    async def _in_parts(
        self,
        window: Window,
        etag: str | None,
        requester: Requester,
        call: CallPart[Answer],
        join: Callable[[Sequence[Answer]], Answer],
    ) -> Reply[Answer]:
        limits = (await self._current_capabilities(requester.deadline)).limits
        parts = split_window(window, max(min(limits.window_days, MAX_WINDOW_DAYS), 1))
        if len(parts) == 1:
            return await call(window, etag)
        # The ETag is of one whole answer: a part can't be asked for by it.
        calls = [asyncio.create_task(call(part, None)) for part in parts]
        await _all_or_none(calls)
        return _own_reply(join([_value(call.result()) for call in calls]))

    async def _composed(self, student_id: str, window: Window, requester: Requester) -> Reply[Diary]:
        with_attendance = await self.declares("attendance", requester.deadline)

        def begin(name: str, method: DaysMethod[T]) -> asyncio.Task[Reply[T]]:
            return asyncio.create_task(self._days(name, method, student_id, window, requester))

        schedule = begin("schedule", self._client.schedule)
        homework = begin("homework", self._client.homework)
        marks = begin("marks", self._client.marks)
        attendance = begin("attendance", self._client.attendance) if with_attendance else None
        await _all_or_none([schedule, homework, marks, *([attendance] if attendance else [])])
        diary = compose(
            _value(schedule.result()),
            _value(homework.result()),
            _value(marks.result()),
            _value(attendance.result()) if attendance else None,
        )
        return _own_reply(diary)

    async def _current_capabilities(self, deadline: float) -> Capabilities:
        """What the system can do; fetched once for all calls that need it meanwhile."""
        if self._capabilities is not None and self._clock.now() < self._good_until:
            return self._capabilities
        if self._fetching is None or self._fetching.done():
            self._fetching = asyncio.create_task(self._fetch_capabilities(deadline))
            # a failure that no call waits for any more needs no report
            self._fetching.add_done_callback(lambda task: task.cancelled() or task.exception())
        return await asyncio.shield(self._fetching)

    async def _fetch_capabilities(self, deadline: float) -> Capabilities:
        try:
            reply = await self.bulkhead.call(
                "capabilities", lambda seconds: self._client.capabilities(timeout=seconds), deadline
            )
        except JournalError:
            if self._capabilities is None:
                raise
            # What it could do minutes ago is a better guess than no page; asked again before long.
            self._good_until = self._clock.now() + self._ttl / 10
            return self._capabilities
        self._capabilities = _value(reply)
        self._good_until = self._clock.now() + self._ttl
        self.bulkhead.set_declared_rate(self._capabilities.limits.requests_per_second)
        return self._capabilities


async def _all_or_none(calls: Iterable[asyncio.Task[object]]) -> None:
    """Wait until all have ended; the first failure ends the others: half a week is no week."""
    calls = list(calls)
    try:
        await asyncio.gather(*calls)
    finally:
        for call in calls:
            call.cancel()
        # a call that is cancelled must have left the bulkhead before anything else goes on
        await asyncio.gather(*calls, return_exceptions=True)


def _value(reply: Reply[T]) -> T:
    assert reply.value is not None  # asked without an ETag, nothing can be unchanged
    return reply.value


def _own_reply(value: Answer) -> Reply[Answer]:
    # No ETag: the journal never gave this answer, so it can't be asked for conditionally.
    return Reply(value=value, body=msgspec.json.encode(value), etag=None)


def _join_diaries(parts: Sequence[Diary]) -> Diary:
    """Diaries of windows that follow one another as one diary of all the days."""
    return msgspec.structs.replace(
        parts[0],
        last_day=parts[-1].last_day,
        left_out=_left_out(parts),
        lessons=tuple(chain.from_iterable(part.lessons for part in parts)),
        homework=tuple(chain.from_iterable(part.homework for part in parts)),
        marks=tuple(chain.from_iterable(part.marks for part in parts)),
    )


def _join_marks(parts: Sequence[Marks]) -> Marks:
    """Marks of windows that follow one another as the marks of all the days, within the contract's bounds."""
    joined = msgspec.structs.replace(
        parts[0],
        last_day=parts[-1].last_day,
        left_out=_left_out(parts),
        marks=tuple(chain.from_iterable(part.marks for part in parts)),
    )
    return bounded(joined)[0]


def _left_out(parts: Sequence[Diary] | Sequence[Marks]) -> int | None:
    return sum(part.left_out or 0 for part in parts) or None
