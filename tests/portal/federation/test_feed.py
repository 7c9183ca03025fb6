"""Feeds of changes over a real journal: copies renewed before families ask, events, and feeds that lie."""

import asyncio
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import jwt
import msgspec
import pytest
from msgspec.structs import replace
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from myedu.contract.act import ACT_HEADER
from myedu.contract.answers import Change, Changes, Limits, Marks
from myedu.contract.problems import ContractError, problem
from myedu.contract.windows import Window
from myedu.portal.federation.feed import ChangesFeedTask
from myedu.portal.federation.models import BulkheadLimits, Fresh
from myedu.portal.tasks import JobRun
from tests.connector.sdk.school import PUPIL, School
from tests.portal.conftest import Rows
from tests.portal.federation.conftest import MOTHER, QUICK, WEEK, Stand, Stands, register
from tests.portal.journal import FAULTS

QUARTER = Window(first=date(2026, 11, 2), last=date(2026, 12, 27))
MARK = "m-2026-11-26"
Feed = Callable[[str | None], Changes]


class Living(School):
    """A school whose teacher changes her mind, each call of `set` is one step of its feed."""

    def __init__(self, limits: Limits | None = None) -> None:
        super().__init__(limits)
        self.values: dict[str, str] = {}
        self.told: list[Change] = []
        self.feed: Feed = self._honest
        self.looks: list[str | None] = []

    def set(self, value: str, *, day: date = date(2026, 11, 26)) -> None:
        self.values[MARK] = value
        self.told.append(Change(student_id=PUPIL, what=("marks",), first_day=day, last_day=day))

    def marks(self, student_id: str, window: Window) -> Marks | None:
        given = super().marks(student_id, window)
        return given and replace(
            given,
            marks=tuple(replace(mark, value=self.values.get(mark.id, mark.value)) for mark in given.marks),
        )

    async def changes(self, since: str | None) -> Changes:
        self.looks.append(since)
        return self.feed(since)

    def _honest(self, since: str | None) -> Changes:
        end = f"c-{len(self.told)}"
        return Changes(cursor=end, changes=tuple(self.told[int(since[2:]) :]) if since else ())


class Followed(msgspec.Struct, frozen=True):
    """A pupil's family has looked, and the portal has found the feed's present."""

    stand: Stand
    school: Living

    async def rows(self, statement: str) -> list[Any]:
        async with self.stand.database.connection() as conn:
            found = await conn.execute(statement, {"system": self.stand.student.system_id})
            return [row[0] if len(row) == 1 else row for row in await found.fetchall()]

    async def run(self) -> None:
        """One job of the worker."""
        await self.stand.feeds.run(JobRun(self.stand.student.system_id, b"", 1))

    async def due(self) -> bool:
        async with self.stand.database.transaction() as conn:
            due = await self.stand.feeds.due(conn, self.stand.clock.now())
        return self.stand.student.system_id in [one.subject for one in due]

    async def events(self, after: int = 0) -> list[Any]:
        async with self.stand.database.connection() as conn:
            return await self.stand.federation.events_of(conn, self.stand.student, after)

    async def waiting(self) -> int:
        return (await self.rows("SELECT count(*) FROM federation.renewals WHERE system_id = %(system)s"))[0]

    async def feed_row(self) -> Any:
        (row,) = await self.rows(
            "SELECT cursor, code, failures FROM federation.feeds WHERE system_id = %(system)s"
        )
        return row


@pytest.fixture
async def followed(stand_of: Stands) -> Followed:
    return await follow(stand_of, Living())


UNHURRIED = replace(QUICK, deadline_seconds=5, flight_seconds=5)
"""Nothing here is about a page's patience."""


async def follow(stand_of: Stands, school: Living, **more: Any) -> Followed:
    one = Followed(await stand_of(school, **{"limits": UNHURRIED, **more}), school)
    async with one.stand.database.transaction() as conn:
        await conn.execute("SELECT people.open_region('25')")
        await Rows(conn).person(PUPIL, region="25", system_id=one.stand.student.system_id)
    assert isinstance(await one.stand.read(), Fresh)
    assert await one.due()
    await one.run()
    return one


async def test_a_changed_mark_is_there_before_the_family_asks(followed: Followed) -> None:
    stand = followed.stand
    stand.clock.advance(timedelta(hours=1))
    followed.school.set("2")
    await followed.run()
    asked = stand.journal.asked["diary"]
    outcome = await stand.read()
    assert isinstance(outcome, Fresh)
    assert stand.journal.asked["diary"] == asked == 2  # the family's, and the portal's own
    assert MARK in {mark.id for entry in outcome.value.lessons for mark in entry.marks if mark.value == "2"}
    (event,) = await followed.events()
    assert (event.kind, event.thing_id, event.day) == ("mark-changed", MARK, date(2026, 11, 26))
    assert (event.subject, event.was, event.value) == ("Русский язык", "5", "2")
    assert event.at == stand.clock.now()
    assert await followed.events(event.seq) == []


async def test_the_journal_is_told_that_nobody_looks(followed: Followed) -> None:
    said = []

    async def listening(scope: Scope, receive: Receive, send: Send) -> None:
        said.append(jwt.decode(Request(scope).headers[ACT_HEADER], options={"verify_signature": False}))
        await FAULTS["404"][0](scope, receive, send)

    followed.stand.journal.fault = listening
    followed.school.set("2")
    await followed.run()
    act = said[0]["act"]
    assert act == {"relation": "system", "purpose": "refresh", "student_id": PUPIL}
    assert set(said[0]["sub"]) <= set("0123456789abcdef"), "a pseudonym of nobody"


async def test_the_same_mark_in_two_copies_is_one_event(followed: Followed) -> None:
    stand = followed.stand
    await stand.federation.read_marks(stand.student, QUARTER, viewer=MOTHER)
    stand.clock.advance(timedelta(minutes=5))
    followed.school.set("2")
    await followed.run()
    assert stand.journal.asked == {"diary": 2, "marks": 2}
    assert [event.value for event in await followed.events()] == ["2"]
    followed.school.set("4")
    await followed.run()
    (event,) = await followed.events()
    assert (event.kind, event.was, event.value) == ("mark-changed", "2", "4")


async def test_a_change_that_a_page_finds_first_is_an_event_too(followed: Followed) -> None:
    followed.stand.clock.advance(timedelta(hours=1))
    followed.school.set("2")
    await followed.stand.read()
    assert [event.value for event in await followed.events()] == ["2"]
    followed.stand.clock.advance(timedelta(seconds=1))
    await followed.run()
    assert [event.value for event in await followed.events()] == ["2"]


async def test_a_first_look_and_an_unchanged_answer_are_no_news(followed: Followed) -> None:
    followed.school.told.append(Change(student_id=PUPIL))
    await followed.run()
    assert followed.stand.journal.statuses[-1] == 304
    assert await followed.events() == []


async def test_only_what_a_family_has_looked_at_lately_is_renewed(followed: Followed) -> None:
    stand = followed.stand
    for statement, asked in (
        ("UPDATE federation.copies SET asked_on = asked_on - 8 WHERE system_id = %(system)s", 0),
        ("UPDATE federation.copies SET asked_on = asked_on + 8 WHERE system_id = %(system)s", 1),
        ("UPDATE people.persons SET archived_at = now() WHERE system_id = %(system)s", 1),
    ):
        await followed.rows(f"{statement} RETURNING 1")
        followed.school.set(str(asked))
        await followed.run()
        assert stand.journal.asked["diary"] == 1 + asked


async def test_our_own_renewals_are_no_familys_look(followed: Followed) -> None:
    asked_on = "SELECT asked_on FROM federation.copies WHERE system_id = %(system)s"
    before = await followed.rows(asked_on)
    followed.stand.clock.advance(timedelta(days=3))
    for value in ("2", "2"):  # a new answer, then a 304
        followed.school.set(value)
        await followed.run()
    assert followed.stand.journal.statuses == [200, 200, 304]
    assert await followed.rows(asked_on) == before


async def test_a_change_of_other_days_renews_nothing(followed: Followed) -> None:
    followed.school.set("2", day=WEEK.last + timedelta(days=1))
    await followed.run()
    assert (followed.stand.journal.asked["diary"], await followed.waiting()) == (1, 0)


async def test_a_copy_that_is_erased_does_not_come_back(followed: Followed) -> None:
    stand = followed.stand
    stand.journal.pause = 0.2
    followed.school.set("2")
    run = asyncio.create_task(followed.run())
    async with asyncio.timeout(10):
        while stand.journal.asked["diary"] < 2:  # noqa: ASYNC110 - the journal has no event for it
            await asyncio.sleep(0.01)
    await followed.rows("DELETE FROM federation.copies WHERE system_id = %(system)s RETURNING 1")
    await run
    assert await followed.rows("SELECT 1 FROM federation.copies WHERE system_id = %(system)s") == []
    assert await followed.events() == []


async def test_a_dead_journal_is_asked_less_and_less_and_then_goes_on(followed: Followed) -> None:
    stand, school = followed.stand, followed.school
    cursor = (await followed.feed_row())[0]
    school.set("2")
    school.feed = _breaking
    pauses = []
    for _ in range(3):
        await followed.run()
        (next_at,) = await followed.rows("SELECT next_at FROM federation.feeds WHERE system_id = %(system)s")
        pauses.append(next_at - stand.clock.now())
    assert await followed.feed_row() == (cursor, "failed", 3)
    assert pauses == [timedelta(minutes=minutes) for minutes in (1, 2, 4)]
    school.feed = school._honest
    await asyncio.sleep(stand_pause(stand.feeds))
    stand.clock.advance(timedelta(minutes=5))
    assert await followed.due()
    await followed.run()
    assert [event.value for event in await followed.events()] == ["2"]
    assert (await followed.feed_row())[1:] == (None, 0)


def _breaking(since: str | None) -> Changes:
    raise RuntimeError("the vendor's database is away")


async def test_a_journal_that_dies_after_its_feed_keeps_the_wishes(followed: Followed) -> None:
    stand = followed.stand
    followed.school.set("2")
    stand.journal.fault = FAULTS["500"][0]
    await followed.run()
    assert (await followed.waiting(), await followed.events()) == (1, [])
    stand.journal.fault = None
    await asyncio.sleep(stand_pause(stand.feeds))
    await followed.run()
    assert (await followed.waiting(), len(await followed.events())) == (0, 1)
    stand.journal.fault = FAULTS["404"][0]
    followed.school.set("3")
    for _ in range(5):
        await followed.run()
    assert await followed.waiting() == 0, "what never succeeds is given up"


def stand_pause(feeds: ChangesFeedTask) -> float:
    """Seconds for which the journal is left alone."""
    return max(
        (journal.bulkhead.pause_left() for _, journal in feeds._registry._journals.values()), default=0
    )


@pytest.mark.parametrize("code", ["cursor-gone", "bad-parameter"])
async def test_a_cursor_that_is_gone_begins_anew(followed: Followed, code: str) -> None:
    school = followed.school
    school.set("2")
    school.feed = lambda since: _gone(code) if since == "c-0" else school._honest(since)
    await followed.run()
    assert await followed.feed_row() == ("c-1", None, 0)
    assert school.looks == [None, "c-0", None]
    school.set("3")
    await followed.run()
    assert [event.value for event in await followed.events()] == ["3"]


def _gone(code: str) -> Changes:
    raise ContractError(problem(code, field="since" if code == "bad-parameter" else None))


async def test_a_feed_of_strangers_asks_nobody(followed: Followed) -> None:
    strangers = tuple(Change(student_id=f"stranger-{n}") for n in range(15_000))
    followed.school.feed = lambda since: Changes(cursor="c-0", changes=strangers)
    await followed.run()
    assert (await followed.waiting(), followed.stand.journal.asked["diary"]) == (0, 1)
    assert (await followed.feed_row())[1:] == (None, 0)


async def test_a_feed_of_a_million_is_refused_and_the_cursor_stays(stand_of: Stands) -> None:
    followed = await follow(stand_of, Living(Limits(answer_bytes=64 << 20)))
    flood = (Change(student_id=PUPIL, what=("marks",)),) * 1_000_000
    for entries, reason in ((flood, "too-large"), (flood[:20_001], "too-many")):
        followed.school.feed = lambda since, entries=entries: Changes(cursor="c-9", changes=entries)
        await followed.run()
        cursor, code, _ = await followed.feed_row()
        assert (cursor, code, await followed.waiting()) == ("c-0", reason, 0)


async def test_a_feed_that_leads_in_a_circle_is_left(followed: Followed) -> None:
    school = followed.school
    school.looks.clear()
    school.feed = lambda since: Changes(cursor="a" if since == "b" else "b", changes=(), more=True)
    await followed.run()
    assert len(school.looks) <= 4
    assert (await followed.feed_row())[1:] == ("endless-feed", 1)


async def test_an_endless_feed_takes_a_bounded_run(followed: Followed) -> None:
    school = followed.school
    school.looks.clear()
    school.feed = lambda since: Changes(cursor=f"{since}1", changes=(), more=True)
    await followed.run()
    assert len(school.looks) == 20
    assert await followed.due(), "what is left is read at the next tick"


async def test_a_system_without_a_feed_is_hardly_asked(stand_of: Stands) -> None:
    school = Living()
    school.declared = tuple(name for name in school.declared if name != "changes")
    one = await follow(stand_of, school)
    assert school.looks == []
    one.stand.clock.advance(timedelta(minutes=59))
    assert not await one.due()
    one.stand.clock.advance(timedelta(minutes=2))
    assert await one.due()


async def test_a_paused_system_is_left_alone(followed: Followed) -> None:
    stand = followed.stand
    await register(stand.database, stand.student.system_id, stand.journal.url, paused_at=stand.clock.now())
    stand.clock.advance(timedelta(hours=1))
    looks = len(followed.school.looks)
    assert not await followed.due()
    await followed.run()  # queued before the pause
    assert len(followed.school.looks) == looks


async def test_of_two_workers_one_gets_the_feed_and_the_next_time_varies(followed: Followed) -> None:
    stand = followed.stand
    pauses = set()
    for _ in range(4):
        stand.clock.advance(timedelta(minutes=2))
        assert sorted(await asyncio.gather(followed.due(), followed.due())) == [False, True]
        (next_at,) = await followed.rows("SELECT next_at FROM federation.feeds WHERE system_id = %(system)s")
        pauses.add(next_at - stand.clock.now())
    assert all(timedelta(seconds=48) <= pause <= timedelta(seconds=72) for pause in pauses)
    assert len(pauses) > 1


async def test_two_who_read_the_same_page_tell_once(followed: Followed) -> None:
    followed.school.set("2")
    await asyncio.gather(followed.run(), followed.run())
    assert len(await followed.events()) == 1
    assert (await followed.feed_row())[0] == "c-1"


async def test_renewals_keep_to_their_rate(stand_of: Stands) -> None:
    limits = msgspec.structs.replace(
        QUICK, deadline_seconds=5, flight_seconds=5, bulkhead=BulkheadLimits(rate=4)
    )
    followed = await follow(stand_of, Living(), limits=limits)
    for weeks in range(1, 8):
        window = Window(first=WEEK.first - timedelta(days=7 * weeks), last=WEEK.last)
        assert isinstance(await followed.stand.read(window), Fresh)
    followed.school.set("2")
    began = asyncio.get_running_loop().time()
    await followed.run()
    assert await followed.waiting() == 0
    assert asyncio.get_running_loop().time() - began > 1  # nine calls, of which four may go at once
