"""What pages get of journals that fail, are slow or overloaded: the reason, and when to try again."""

import asyncio
import time
from datetime import timedelta
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from myedu.kit.telemetry import Metrics, Telemetry
from myedu.portal.federation.models import BulkheadLimits, Fresh, ReadLimits, Stale, Unavailable, Wait
from myedu.portal.federation.stats import recent_stats
from myedu.portal.federation.telemetry import METRICS
from tests.connector.sdk.school import School
from tests.portal.federation.conftest import MOTHER, NOW, WEEK, Stand, Stands, register, student_of
from tests.portal.journal import FAULTS

OLDER = timedelta(minutes=2)
SOON_PAUSED = ReadLimits(deadline_seconds=2, bulkhead=BulkheadLimits(failures=2, pause_seconds=30))


async def _shed(scope: Scope, receive: Receive, send: Send) -> None:
    await Response("too much", 503, {"Retry-After": "90"})(scope, receive, send)


async def test_a_failing_journal_is_not_called_and_outcomes_say_when_to_try_again(stand_of: Stands):
    stand = await stand_of(School(), SOON_PAUSED)
    good = await stand.read()
    stand.clock.advance(OLDER)
    stand.journal.fault, _ = FAULTS["500"]
    while (failed := await stand.read()).reason != "resting":
        assert failed.reason == "failed"
    calls = stand.journal.asked["diary"]
    outcome = await stand.read()
    assert isinstance(outcome, Stale)
    assert (outcome.value, outcome.reason, outcome.failed_at) == (good.value, "resting", NOW + OLDER)
    assert 10 < outcome.retry_after <= 30
    other = await stand.read(student=student_of(stand.student.system_id, "unknown"))
    assert isinstance(other, Unavailable)
    assert (other.reason, stand.journal.asked["diary"]) == ("resting", calls)


async def test_the_pause_that_a_journal_asks_for_is_passed_on(stand: Stand):
    stand.journal.fault = _shed
    assert await stand.read() == Unavailable("overloaded", NOW, 90)
    again = await stand.read()
    assert (again.reason, stand.journal.asked["diary"]) == ("resting", 1)
    assert 80 < again.retry_after <= 90


async def test_a_read_that_waits_briefly_gets_its_copy_soon(stand_of: Stands):
    stand = await stand_of(School(), ReadLimits(deadline_seconds=5, patience_seconds=0.05))
    await stand.read()
    stand.clock.advance(OLDER)
    stand.journal.pause = 0.5
    began = time.monotonic()
    brief = await _read(stand, wait="briefly")
    assert time.monotonic() - began < 0.4
    assert (type(brief), brief.reason) == (Stale, "slow")
    waited = await _read(stand, wait="until-deadline")
    assert isinstance(waited, Fresh)
    assert waited.fetched_at == NOW + OLDER
    assert stand.journal.asked["diary"] == 2  # the second read joined the fetch of the first


async def test_without_a_copy_every_read_waits(stand_of: Stands):
    stand = await stand_of(School(), ReadLimits(deadline_seconds=5, patience_seconds=0.01))
    stand.journal.pause = 0.2
    assert isinstance(await _read(stand, wait="briefly"), Fresh)


async def test_a_pause_by_the_operator_takes_effect_soon(stand: Stand):
    await stand.read()
    await register(stand.database, stand.student.system_id, stand.journal.url, paused_at=NOW)
    stand.clock.advance(OLDER)
    outcome = await stand.read()
    assert (type(outcome), outcome.reason) == (Stale, "not-registered")


async def test_a_hanging_journal_slows_no_other(stand_of: Stands):
    """In one program: the dead one has as many calls as its bulkhead permits."""
    stand = await stand_of(School(), ReadLimits(deadline_seconds=8, flight_seconds=8))
    dead = await stand_of(School())
    dead.journal.fault, _ = FAULTS["hang"]
    await register(stand.database, "dead-journal", dead.journal.url)
    waiting = [
        asyncio.create_task(stand.read(student=student_of("dead-journal", f"p{number}")))
        for number in range(100)
    ]
    await asyncio.sleep(0.1)
    began = time.monotonic()
    outcomes = [await stand.read() for _ in range(5)]
    stand.clock.advance(OLDER)
    outcomes.append(await stand.read())
    assert all(isinstance(outcome, Fresh) for outcome in outcomes)
    assert time.monotonic() - began < 4  # behind the dead journal's calls it would have been eight
    assert dead.journal.asked["diary"] == BulkheadLimits().calls_start
    for task in waiting:
        task.cancel()
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} <= {asyncio.CancelledError, Unavailable}


async def test_every_answer_to_a_page_is_counted(stand_of: Stands):
    telemetry = Telemetry(Metrics(METRICS))
    stand = await stand_of(School(), telemetry=telemetry)
    await stand.read()
    await stand.read()
    stand.clock.advance(OLDER)
    stand.journal.fault, _ = FAULTS["404"]
    await stand.read()
    await stand.read(student=student_of(stand.student.system_id, "unknown"))
    (figures,) = recent_stats(telemetry).journals
    assert figures.answers == {"fresh": 2, "stale": 1, "unavailable": 1}
    assert figures.errors == {"not-found": 2}
    assert figures.calls == 4  # three diaries and the capabilities
    assert (figures.breaker, figures.under_way, figures.queued) == ({"closed": 1}, 0, 0)


async def _read(stand: Stand, *, wait: Wait) -> Any:
    return await stand.federation.read_diary(stand.student, WEEK, viewer=MOTHER, wait=wait)
