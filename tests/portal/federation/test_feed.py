"""Feeds of changes of a real journal: copies refreshed before families ask, events, and false feeds."""

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


class ChangingSchool(School):
    """A school whose teacher changes a mark; each call of `set` is one entry of its feed."""

    def __init__(self, limits: Limits | None = None) -> None:
        super().__init__(limits)
        self.values: dict[str, str] = {}
        self.entries: list[Change] = []
        self.feed: Feed = self._honest
        self.cursors: list[str | None] = []

    def set(self, value: str, *, day: date = date(2026, 11, 26)) -> None:
        self.values[MARK] = value
        self.entries.append(Change(student_id=PUPIL, what=("marks",), first_day=day, last_day=day))

    def marks(self, student_id: str, window: Window) -> Marks | None:
        given = super().marks(student_id, window)
        return given and replace(
            given,
            marks=tuple(replace(mark, value=self.values.get(mark.id, mark.value)) for mark in given.marks),
        )

    async def changes(self, since: str | None) -> Changes:
        self.cursors.append(since)
        return self.feed(since)

    def _honest(self, since: str | None) -> Changes:
        end = f"c-{len(self.entries)}"
        return Changes(cursor=end, changes=tuple(self.entries[int(since[2:]) :]) if since else ())


class Followed(msgspec.Struct, frozen=True):
    """A pupil's family has read the diary, and the portal has read the feed up to its present."""

    stand: Stand
    school: ChangingSchool

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
        return self.stand.student.system_id in [job.subject for job in due]

    async def events(self, after: int = 0) -> list[Any]:
        async with self.stand.database.connection() as conn:
            return await self.stand.federation.events_of(conn, self.stand.student, after)

    async def pending(self) -> int:
        return (await self.rows("SELECT count(*) FROM federation.renewals WHERE system_id = %(system)s"))[0]

    async def feed_row(self) -> Any:
        (row,) = await self.rows(
            "SELECT cursor, code, failures FROM federation.feeds WHERE system_id = %(system)s"
        )
        return row


@pytest.fixture
async def followed(stand_of: Stands) -> Followed:
    return await follow(stand_of, ChangingSchool())


LONG_DEADLINE = replace(QUICK, deadline_seconds=5, flight_seconds=5)
"""No test here is about a page's deadline."""


async def follow(stand_of: Stands, school: ChangingSchool, **more: Any) -> Followed:
    followed = Followed(await stand_of(school, **{"limits": LONG_DEADLINE, **more}), school)
    async with followed.stand.database.transaction() as conn:
        await conn.execute("SELECT people.open_region('25')")
        await Rows(conn).person(PUPIL, region="25", system_id=followed.stand.student.system_id)
    assert isinstance(await followed.stand.read(), Fresh)
    assert await followed.due()
    await followed.run()
    return followed


async def test_a_changed_mark_is_in_the_copy_before_the_family_asks(followed: Followed) -> None:
    stand = followed.stand
    stand.clock.advance(timedelta(hours=1))
    followed.school.set("2")
    await followed.run()
    asked = stand.journal.asked["diary"]
    outcome = await stand.read()
    assert isinstance(outcome, Fresh)
    assert stand.journal.asked["diary"] == asked == 2  # the family's read, and the portal's refresh
    assert MARK in {mark.id for entry in outcome.value.lessons for mark in entry.marks if mark.value == "2"}
    (event,) = await followed.events()
    assert (event.kind, event.thing_id, event.day) == ("mark-changed", MARK, date(2026, 11, 26))
    assert (event.subject, event.was, event.value) == ("Русский язык", "5", "2")
    assert event.at == stand.clock.now()
    assert await followed.events(event.seq) == []


async def test_the_act_claim_of_a_refresh_names_no_viewer(followed: Followed) -> None:
    claims = []

    async def listening(scope: Scope, receive: Receive, send: Send) -> None:
        claims.append(jwt.decode(Request(scope).headers[ACT_HEADER], options={"verify_signature": False}))
        await FAULTS["404"][0](scope, receive, send)

    followed.stand.journal.fault = listening
    followed.school.set("2")
    await followed.run()
    act = claims[0]["act"]
    assert act == {"relation": "system", "purpose": "refresh", "student_id": PUPIL}
    assert set(claims[0]["sub"]) <= set("0123456789abcdef"), "a pseudonym of no person"


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


async def test_a_first_and_an_unchanged_answer_give_no_events(followed: Followed) -> None:
    followed.school.entries.append(Change(student_id=PUPIL))
    await followed.run()
    assert followed.stand.journal.statuses[-1] == 304
    assert await followed.events() == []


async def test_only_copies_that_a_family_has_read_lately_are_refreshed(followed: Followed) -> None:
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


async def test_a_refresh_does_not_count_as_a_familys_read(followed: Followed) -> None:
    asked_on = "SELECT asked_on FROM federation.copies WHERE system_id = %(system)s"
    before = await followed.rows(asked_on)
    followed.stand.clock.advance(timedelta(days=3))
    for value in ("2", "2"):  # a new answer, then a 304
        followed.school.set(value)
        await followed.run()
    assert followed.stand.journal.statuses == [200, 200, 304]
    assert await followed.rows(asked_on) == before


async def test_a_change_of_other_days_refreshes_nothing(followed: Followed) -> None:
    followed.school.set("2", day=WEEK.last + timedelta(days=1))
    await followed.run()
    assert (followed.stand.journal.asked["diary"], await followed.pending()) == (1, 0)


async def test_a_copy_erased_during_its_refresh_does_not_come_back(followed: Followed) -> None:
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


async def test_a_dead_journals_feed_is_read_ever_more_rarely_and_then_continued(followed: Followed) -> None:
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
    await asyncio.sleep(pause_left(stand.feeds))
    stand.clock.advance(timedelta(minutes=5))
    assert await followed.due()
    await followed.run()
    assert [event.value for event in await followed.events()] == ["2"]
    assert (await followed.feed_row())[1:] == (None, 0)


def _breaking(since: str | None) -> Changes:
    raise RuntimeError("the vendor's database is away")


async def test_pending_refreshes_survive_a_journal_that_dies_after_its_feed(followed: Followed) -> None:
    stand = followed.stand
    followed.school.set("2")
    stand.journal.fault = FAULTS["500"][0]
    await followed.run()
    assert (await followed.pending(), await followed.events()) == (1, [])
    stand.journal.fault = None
    await asyncio.sleep(pause_left(stand.feeds))
    await followed.run()
    assert (await followed.pending(), len(await followed.events())) == (0, 1)
    stand.journal.fault = FAULTS["404"][0]
    followed.school.set("3")
    for _ in range(5):
        await followed.run()
    assert await followed.pending() == 0, "a refresh that never succeeds is given up"


def pause_left(feeds: ChangesFeedTask) -> float:
    """Seconds for which the journal isn't called."""
    return max(
        (journal.bulkhead.pause_left() for _, journal in feeds._registry._journals.values()), default=0
    )


@pytest.mark.parametrize("code", ["cursor-gone", "bad-parameter"])
async def test_an_unknown_cursor_is_replaced_by_the_feeds_present(followed: Followed, code: str) -> None:
    school = followed.school
    school.set("2")
    school.feed = lambda since: _gone(code) if since == "c-0" else school._honest(since)
    await followed.run()
    assert await followed.feed_row() == ("c-1", None, 0)
    assert school.cursors == [None, "c-0", None]
    school.set("3")
    await followed.run()
    assert [event.value for event in await followed.events()] == ["3"]


def _gone(code: str) -> Changes:
    raise ContractError(problem(code, field="since" if code == "bad-parameter" else None))


async def test_a_feed_of_unknown_pupils_causes_no_calls(followed: Followed) -> None:
    unknown = tuple(Change(student_id=f"stranger-{n}") for n in range(15_000))
    followed.school.feed = lambda since: Changes(cursor="c-0", changes=unknown)
    await followed.run()
    assert (await followed.pending(), followed.stand.journal.asked["diary"]) == (0, 1)
    assert (await followed.feed_row())[1:] == (None, 0)


async def test_a_feed_of_a_million_is_refused_and_the_cursor_stays(stand_of: Stands) -> None:
    followed = await follow(stand_of, ChangingSchool(Limits(answer_bytes=64 << 20)))
    flood = (Change(student_id=PUPIL, what=("marks",)),) * 1_000_000
    for entries, reason in ((flood, "too-large"), (flood[:20_001], "too-many")):
        followed.school.feed = lambda since, entries=entries: Changes(cursor="c-9", changes=entries)
        await followed.run()
        cursor, code, _ = await followed.feed_row()
        assert (cursor, code, await followed.pending()) == ("c-0", reason, 0)


async def test_a_feed_that_leads_in_a_circle_is_a_failure(followed: Followed) -> None:
    school = followed.school
    school.cursors.clear()
    school.feed = lambda since: Changes(cursor="a" if since == "b" else "b", changes=(), more=True)
    await followed.run()
    assert len(school.cursors) <= 4
    assert (await followed.feed_row())[1:] == ("endless-feed", 1)


async def test_an_endless_feed_takes_a_bounded_run(followed: Followed) -> None:
    school = followed.school
    school.cursors.clear()
    school.feed = lambda since: Changes(cursor=f"{since}1", changes=(), more=True)
    await followed.run()
    assert len(school.cursors) == 20
    assert await followed.due(), "the rest is read at the next tick"


async def test_a_system_without_a_feed_is_asked_once_an_hour(stand_of: Stands) -> None:
    school = ChangingSchool()
    school.declared = tuple(name for name in school.declared if name != "changes")
    followed = await follow(stand_of, school)
    assert school.cursors == []
    followed.stand.clock.advance(timedelta(minutes=59))
    assert not await followed.due()
    followed.stand.clock.advance(timedelta(minutes=2))
    assert await followed.due()


async def test_a_paused_systems_feed_is_not_read(followed: Followed) -> None:
    stand = followed.stand
    await register(stand.database, stand.student.system_id, stand.journal.url, paused_at=stand.clock.now())
    stand.clock.advance(timedelta(hours=1))
    reads = len(followed.school.cursors)
    assert not await followed.due()
    await followed.run()  # queued before the pause
    assert len(followed.school.cursors) == reads


async def test_one_of_two_workers_gets_the_feed_and_the_next_time_varies(followed: Followed) -> None:
    stand = followed.stand
    pauses = set()
    for _ in range(4):
        stand.clock.advance(timedelta(minutes=2))
        assert sorted(await asyncio.gather(followed.due(), followed.due())) == [False, True]
        (next_at,) = await followed.rows("SELECT next_at FROM federation.feeds WHERE system_id = %(system)s")
        pauses.add(next_at - stand.clock.now())
    assert all(timedelta(seconds=48) <= pause <= timedelta(seconds=72) for pause in pauses)
    assert len(pauses) > 1


async def test_two_workers_that_read_the_same_page_record_its_change_once(followed: Followed) -> None:
    followed.school.set("2")
    await asyncio.gather(followed.run(), followed.run())
    assert len(await followed.events()) == 1
    assert (await followed.feed_row())[0] == "c-1"


async def test_refreshes_keep_to_their_rate(stand_of: Stands) -> None:
    limits = msgspec.structs.replace(
        QUICK, deadline_seconds=5, flight_seconds=5, bulkhead=BulkheadLimits(rate=4)
    )
    followed = await follow(stand_of, ChangingSchool(), limits=limits)
    for weeks in range(1, 8):
        window = Window(first=WEEK.first - timedelta(days=7 * weeks), last=WEEK.last)
        assert isinstance(await followed.stand.read(window), Fresh)
    followed.school.set("2")
    began = asyncio.get_running_loop().time()
    await followed.run()
    assert await followed.pending() == 0
    assert asyncio.get_running_loop().time() - began > 1  # nine calls, of which four may begin at once
