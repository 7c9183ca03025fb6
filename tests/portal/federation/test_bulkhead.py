"""One journal's bulkhead before a real journal on a real socket that falls ill."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import aiohttp
import msgspec
import pytest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from myedu.connector.sdk.client import JournalAddress, JournalClient, JournalError, Pupil, Reply
from myedu.contract.act import Act
from myedu.contract.answers import Limits as SystemLimits
from myedu.contract.windows import parse_window
from myedu.kit.clock import FixedClock
from myedu.kit.telemetry import Metrics, Telemetry
from myedu.portal.federation.bulkhead import Bulkhead, CallNotPermitted
from myedu.portal.federation.journal import Journal as AskedJournal
from myedu.portal.federation.journal import Requester
from myedu.portal.federation.models import BulkheadLimits
from myedu.portal.federation.stats import JournalStats, recent_stats
from myedu.portal.federation.telemetry import METRICS, JournalTelemetry
from tests.connector.sdk.school import PUPIL, School
from tests.portal.federation.conftest import NOW, WEEK
from tests.portal.journal import CLIENT_ID, FAULTS, Journal, a_journal

LIMITS = BulkheadLimits(calls_start=4, calls_most=8, queue=10, queue_seconds=5, failures=3, pause_seconds=60)
MINUTES = timedelta(minutes=6)  # longer than capabilities are remembered
ACT = Act(relation="guardian", purpose="diary", student_id=PUPIL)


class Ward(msgspec.Struct):
    """A journal, whoever asks it, and time that can be moved on."""

    journal: Journal
    asked: AskedJournal
    telemetry: Telemetry
    clock: FixedClock
    shift: float = 0.0

    def time(self) -> float:
        return asyncio.get_running_loop().time() + self.shift

    async def read(self, seconds: float = 5.0, window: Any = WEEK) -> Reply[Any]:
        asker = Requester(ACT, "mother", Pupil(None, "Asia/Vladivostok"), self.time() + seconds)
        return await self.asked.diary(PUPIL, window, asker, None)

    async def reasons(self, number: int) -> list[str]:
        """Of so many questions, one after the other."""
        return [await self.reason() for _ in range(number)]

    async def reason(self, seconds: float = 5.0) -> str:
        try:
            await self.read(seconds)
        except JournalError as error:
            return error.reason
        return "good"

    @property
    def calls(self) -> int:
        return self.journal.asked["diary"]

    def figures(self) -> JournalStats:
        return recent_stats(self.telemetry).journals[0]


Wards = Callable[..., Awaitable[Ward]]


@pytest.fixture
async def ward_of(journal_key: str) -> AsyncIterator[Wards]:
    async with AsyncExitStack() as stack:

        async def build(limits: BulkheadLimits = LIMITS, school: School | None = None) -> Ward:
            clock = FixedClock(NOW)
            session = await stack.enter_async_context(aiohttp.ClientSession())
            journal = await stack.enter_async_context(a_journal(school or School(), journal_key, clock))
            client = JournalClient(
                session, JournalAddress("s", journal.url, CLIENT_ID), journal_key, clock=clock
            )
            telemetry = Telemetry(Metrics(METRICS))
            ward = Ward(journal, None, telemetry, clock)
            bulkhead = Bulkhead("s", limits, JournalTelemetry(telemetry), ward.time)
            ward.asked = AskedJournal(client, bulkhead, clock, capabilities_seconds=300)
            await ward.read()  # the token and the capabilities are there
            journal.asked.clear()
            return ward

        yield build


@pytest.fixture
async def ward(ward_of: Wards) -> Ward:
    return await ward_of()


def answering(status: int, **headers: str) -> Any:
    """A fault; headers as Retry_After."""

    async def fault(scope: Scope, receive: Receive, send: Send) -> None:
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        await Response("out of order", status, named)(scope, receive, send)

    return fault


async def test_an_ill_journal_is_left_alone_and_found_well_again(ward: Ward):
    ward.journal.fault = answering(500)
    # the first is asked a second time, so the other's failure is the third
    assert await ward.reasons(20) == ["failed"] * 2 + ["resting"] * 18
    assert ward.calls == 3
    assert ward.figures().breaker == {"open": 1}
    ward.shift += 61
    assert await ward.reasons(2) == ["failed", "resting"]  # a probe, and a longer pause
    assert ward.calls == 4
    ward.shift += 121
    ward.journal.fault = None
    assert await ward.reasons(3) == ["good"] * 3
    assert ward.figures().breaker == {"closed": 1}


async def test_who_is_turned_away_is_told_when_to_come(ward: Ward):
    ward.journal.fault = answering(500)
    await ward.reasons(2)
    with pytest.raises(CallNotPermitted) as told:
        await ward.read()
    assert 25 < told.value.retry_after <= 60


@pytest.mark.parametrize("name", ["404", "wrong student", "half a JSON", "html", "redirect", "20 MiB"])
async def test_a_wrong_answer_is_no_illness(ward: Ward, name: str):
    ward.journal.fault, reason = FAULTS[name]
    assert await ward.reasons(10) == [reason] * 10
    assert ward.calls == 10  # and is not asked for twice
    assert ward.figures().breaker == {"closed": 1}
    assert ward.figures().errors == {reason: 10}


@pytest.mark.parametrize("status", [429, 503])
async def test_retry_after_is_obeyed_by_everybody(ward: Ward, status: int):
    ward.journal.fault = answering(status, Retry_After="30")
    assert await ward.reasons(5) == ["overloaded"] + ["resting"] * 4
    ward.shift += 29
    ward.journal.fault = None
    assert await ward.reason() == "resting"
    assert ward.calls == 1
    ward.shift += 2
    assert await ward.reasons(2) == ["good"] * 2


async def test_those_who_wait_are_told_at_once_when_it_falls_ill(ward_of: Wards):
    ward = await ward_of(msgspec.structs.replace(LIMITS, calls_start=1, calls_most=1, calls_least=1))
    ward.journal.pause = 0.2
    ward.journal.fault = answering(503, Retry_After="30")
    began = ward.time()
    reasons = await asyncio.gather(*(ward.reason() for _ in range(6)))
    assert sorted(reasons) == ["overloaded"] + ["resting"] * 5
    assert ward.calls == 1
    assert ward.time() - began < 1


async def test_a_failure_that_passes_is_not_seen(ward: Ward):
    async def once(scope: Scope, receive: Receive, send: Send) -> None:
        ward.journal.fault = None
        await answering(502)(scope, receive, send)

    ward.journal.fault = once
    assert await ward.reason() == "good"
    assert ward.calls == 2
    assert ward.figures().errors == {"failed": 1}


async def test_nobody_asks_again_without_time_for_an_answer(ward: Ward):
    ward.journal.fault = answering(502)
    assert await ward.reason(seconds=0.04) in ("failed", "timeout")
    assert ward.calls == 1


async def test_impatience_is_not_held_against_the_journal(ward: Ward):
    await ward.read()
    asked = sum(ward.journal.asked.values())
    assert [await ward.reason(0.01) for _ in range(2 * LIMITS.failures)] == ["busy"] * 2 * LIMITS.failures
    assert sum(ward.journal.asked.values()) == asked, "a call that can't be waited for isn't made"
    assert await ward.reason() == "good", "and the breaker is as it was"


async def test_no_more_than_the_limit_are_at_the_journal(ward_of: Wards):
    ward = await ward_of(msgspec.structs.replace(LIMITS, calls_start=3, calls_most=3))
    together = most = 0

    async def counting(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal together, most
        together += 1
        most = max(most, together)
        await asyncio.sleep(0.05)
        together -= 1
        await FAULTS["404"][0](scope, receive, send)

    ward.journal.fault = counting
    assert await asyncio.gather(*(ward.reason() for _ in range(12))) == ["not-found"] * 12
    assert most == 3


async def test_a_full_queue_is_said_at_once(ward_of: Wards):
    ward = await ward_of(msgspec.structs.replace(LIMITS, calls_start=1, calls_most=1, calls_least=1, queue=2))
    ward.journal.pause = 0.2
    began = ward.time()
    reasons = [asyncio.create_task(ward.reason()) for _ in range(5)]
    done, _ = await asyncio.wait(reasons, timeout=0.1)
    assert [task.result() for task in done] == ["busy", "busy"]
    assert ward.time() - began < 0.2
    assert sorted(await asyncio.gather(*reasons)) == ["busy", "busy", "good", "good", "good"]
    assert ward.figures().queued == 0


async def test_a_hanging_journal_gets_fewer_calls_at_a_time(ward_of: Wards):
    ward = await ward_of(msgspec.structs.replace(LIMITS, calls_start=8, failures=99, failure_share=1))
    ward.journal.fault, _ = FAULTS["hang"]
    for _ in range(5):
        await asyncio.gather(*(ward.reason(seconds=0.1) for _ in range(8)))
    assert ward.figures().limit == LIMITS.calls_least
    ward.journal.fault = None
    for _ in range(10):
        assert await asyncio.gather(*(ward.reason() for _ in range(8))) == ["good"] * 8
    assert ward.figures().limit > LIMITS.calls_least


async def test_a_declared_rate_is_kept_to(ward_of: Wards):
    ward = await ward_of(
        msgspec.structs.replace(LIMITS, share=0.5), School(SystemLimits(requests_per_second=40))
    )
    began = ward.time()
    assert await asyncio.gather(*(ward.reason() for _ in range(8))) == ["good"] * 8
    await asyncio.sleep(0.2)
    for _ in range(20):
        assert await ward.reason() == "good"  # the journal itself would refuse the forty-first of a second
    # half of forty a second are ours, of which twenty may come at once
    assert ward.time() - began > (28 - 20) / 20 - 0.05


async def test_a_part_that_fails_ends_the_other_parts(ward_of: Wards):
    ward = await ward_of(school=School(SystemLimits(window_days=30)))

    async def first_fails(scope: Scope, receive: Receive, send: Send) -> None:
        if b"from=2026-09-01" in scope["query_string"]:
            await answering(404)(scope, receive, send)
        else:
            await FAULTS["hang"][0](scope, receive, send)

    ward.journal.fault = first_fails
    autumn = parse_window("2026-09-01", "2026-11-30", NOW.date())
    began = ward.time()
    with pytest.raises(JournalError) as failed:
        await ward.read(window=autumn)
    assert failed.value.reason == "wrong-type"
    assert ward.time() - began < 2
    assert ward.figures().under_way == 0


async def test_a_call_given_up_by_the_program_counts_for_nothing(ward: Ward):
    ward.journal.fault, _ = FAULTS["hang"]
    for _ in range(5):
        call = asyncio.create_task(ward.read())
        await asyncio.sleep(0.05)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
    assert (ward.figures().under_way, ward.figures().breaker) == (0, {"closed": 1})


async def test_what_it_can_do_is_asked_once_for_all_and_remembered_in_bad_times(ward: Ward):
    ward.clock.advance(MINUTES)
    ward.journal.pause = 0.05
    assert await asyncio.gather(*(ward.reason() for _ in range(6))) == ["good"] * 6
    capabilities = ward.telemetry.metrics.of("myedu_journal_calls", "s", "capabilities", "good")
    assert capabilities._value.get() == 2
