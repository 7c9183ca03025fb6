"""The bulkhead before a real journal on a real socket that begins to fail."""

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
from myedu.portal.federation.journal import Journal as JournalOfThePortal
from myedu.portal.federation.journal import Requester
from myedu.portal.federation.models import BulkheadLimits, JournalStats
from myedu.portal.federation.stats import recent_stats
from myedu.portal.federation.telemetry import METRICS, JournalTelemetry
from tests.connector.sdk.school import PUPIL, School
from tests.portal.federation.conftest import NOW, WEEK
from tests.portal.journal import CLIENT_ID, FAULTS, Journal, a_journal

LIMITS = BulkheadLimits(calls_start=4, calls_most=8, queue=10, queue_seconds=5, failures=3, pause_seconds=60)
MINUTES = timedelta(minutes=6)  # longer than capabilities are cached
ACT = Act(relation="guardian", purpose="diary", student_id=PUPIL)


class Setup(msgspec.Struct):
    """A journal's server, the portal's side of it, and time that can be moved on."""

    journal: Journal
    client: JournalOfThePortal
    telemetry: Telemetry
    clock: FixedClock
    shift: float = 0.0

    def time(self) -> float:
        return asyncio.get_running_loop().time() + self.shift

    async def read(self, seconds: float = 5.0, window: Any = WEEK) -> Reply[Any]:
        requester = Requester(ACT, "mother", Pupil(None, "Asia/Vladivostok"), self.time() + seconds)
        return await self.client.diary(PUPIL, window, requester, None)

    async def reasons(self, number: int) -> list[str]:
        """The reasons of so many reads, one after the other."""
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


SetupOf = Callable[..., Awaitable[Setup]]


@pytest.fixture
async def setup_of(journal_key: str) -> AsyncIterator[SetupOf]:
    async with AsyncExitStack() as stack:

        async def build(limits: BulkheadLimits = LIMITS, school: School | None = None) -> Setup:
            clock = FixedClock(NOW)
            session = await stack.enter_async_context(aiohttp.ClientSession())
            journal = await stack.enter_async_context(a_journal(school or School(), journal_key, clock))
            client = JournalClient(
                session, JournalAddress("s", journal.url, CLIENT_ID), journal_key, clock=clock
            )
            telemetry = Telemetry(Metrics(METRICS))
            setup = Setup(journal, None, telemetry, clock)
            bulkhead = Bulkhead("s", limits, JournalTelemetry(telemetry), setup.time)
            setup.client = JournalOfThePortal(client, bulkhead, clock, capabilities_seconds=300)
            await setup.read()  # the token and the capabilities are there
            journal.asked.clear()
            return setup

        yield build


@pytest.fixture
async def setup(setup_of: SetupOf) -> Setup:
    return await setup_of()


def answering(status: int, **headers: str) -> Any:
    """A fault; headers as Retry_After."""

    async def fault(scope: Scope, receive: Receive, send: Send) -> None:
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        await Response("out of order", status, named)(scope, receive, send)

    return fault


async def test_a_failing_journal_is_not_called_until_it_has_recovered(setup: Setup):
    setup.journal.fault = answering(500)
    # the first read is retried, so the second read's failure is the third
    assert await setup.reasons(20) == ["failed"] * 2 + ["resting"] * 18
    assert setup.calls == 3
    assert setup.figures().breaker == {"open": 1}
    setup.shift += 61
    assert await setup.reasons(2) == ["failed", "resting"]  # a probe, and a longer pause
    assert setup.calls == 4
    setup.shift += 121
    setup.journal.fault = None
    assert await setup.reasons(3) == ["good"] * 3
    assert setup.figures().breaker == {"closed": 1}


async def test_a_rejected_read_has_the_time_after_which_to_try_again(setup: Setup):
    setup.journal.fault = answering(500)
    await setup.reasons(2)
    with pytest.raises(CallNotPermitted) as rejected:
        await setup.read()
    assert 25 < rejected.value.retry_after <= 60


@pytest.mark.parametrize("name", ["404", "wrong student", "half a JSON", "html", "redirect", "20 MiB"])
async def test_a_wrong_answer_is_no_failure_of_the_system(setup: Setup, name: str):
    setup.journal.fault, reason = FAULTS[name]
    assert await setup.reasons(10) == [reason] * 10
    assert setup.calls == 10  # and is not retried
    assert setup.figures().breaker == {"closed": 1}
    assert setup.figures().errors == {reason: 10}


@pytest.mark.parametrize("status", [429, 503])
async def test_retry_after_is_obeyed_by_all_reads(setup: Setup, status: int):
    setup.journal.fault = answering(status, Retry_After="30")
    assert await setup.reasons(5) == ["overloaded"] + ["resting"] * 4
    setup.shift += 29
    setup.journal.fault = None
    assert await setup.reason() == "resting"
    assert setup.calls == 1
    setup.shift += 2
    assert await setup.reasons(2) == ["good"] * 2


async def test_waiting_reads_are_rejected_at_once_when_the_journal_is_paused(setup_of: SetupOf):
    setup = await setup_of(msgspec.structs.replace(LIMITS, calls_start=1, calls_most=1, calls_least=1))
    setup.journal.pause = 0.2
    setup.journal.fault = answering(503, Retry_After="30")
    began = setup.time()
    reasons = await asyncio.gather(*(setup.reason() for _ in range(6)))
    assert sorted(reasons) == ["overloaded"] + ["resting"] * 5
    assert setup.calls == 1
    assert setup.time() - began < 1


async def test_a_passing_failure_is_hidden_by_a_retry(setup: Setup):
    async def once(scope: Scope, receive: Receive, send: Send) -> None:
        setup.journal.fault = None
        await answering(502)(scope, receive, send)

    setup.journal.fault = once
    assert await setup.reason() == "good"
    assert setup.calls == 2
    assert setup.figures().errors == {"failed": 1}


async def test_there_is_no_retry_without_time_for_an_answer(setup: Setup):
    setup.journal.fault = answering(502)
    assert await setup.reason(seconds=0.04) in ("failed", "timeout")
    assert setup.calls == 1


async def test_a_read_without_time_for_a_call_is_no_failure_of_the_journal(setup: Setup):
    await setup.read()
    asked = sum(setup.journal.asked.values())
    assert [await setup.reason(0.01) for _ in range(2 * LIMITS.failures)] == ["busy"] * 2 * LIMITS.failures
    assert sum(setup.journal.asked.values()) == asked, "a call without time for its answer isn't made"
    assert await setup.reason() == "good", "and the breaker is as it was"


async def test_no_more_calls_than_the_limit_are_under_way(setup_of: SetupOf):
    setup = await setup_of(msgspec.structs.replace(LIMITS, calls_start=3, calls_most=3))
    together = most = 0

    async def counting(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal together, most
        together += 1
        most = max(most, together)
        await asyncio.sleep(0.05)
        together -= 1
        await FAULTS["404"][0](scope, receive, send)

    setup.journal.fault = counting
    assert await asyncio.gather(*(setup.reason() for _ in range(12))) == ["not-found"] * 12
    assert most == 3


async def test_a_full_queue_rejects_at_once(setup_of: SetupOf):
    setup = await setup_of(
        msgspec.structs.replace(LIMITS, calls_start=1, calls_most=1, calls_least=1, queue=2)
    )
    setup.journal.pause = 0.2
    began = setup.time()
    reasons = [asyncio.create_task(setup.reason()) for _ in range(5)]
    done, _ = await asyncio.wait(reasons, timeout=0.1)
    assert [task.result() for task in done] == ["busy", "busy"]
    assert setup.time() - began < 0.2
    assert sorted(await asyncio.gather(*reasons)) == ["busy", "busy", "good", "good", "good"]
    assert setup.figures().queued == 0


async def test_a_hanging_journal_gets_fewer_concurrent_calls(setup_of: SetupOf):
    setup = await setup_of(msgspec.structs.replace(LIMITS, calls_start=8, failures=99, failure_share=1))
    setup.journal.fault, _ = FAULTS["hang"]
    for _ in range(5):
        await asyncio.gather(*(setup.reason(seconds=0.1) for _ in range(8)))
    assert setup.figures().limit == LIMITS.calls_least
    setup.journal.fault = None
    for _ in range(10):
        assert await asyncio.gather(*(setup.reason() for _ in range(8))) == ["good"] * 8
    assert setup.figures().limit > LIMITS.calls_least


async def test_a_declared_rate_is_kept_to(setup_of: SetupOf):
    setup = await setup_of(
        msgspec.structs.replace(LIMITS, share=0.5), School(SystemLimits(requests_per_second=40))
    )
    began = setup.time()
    assert await asyncio.gather(*(setup.reason() for _ in range(8))) == ["good"] * 8
    await asyncio.sleep(0.2)
    for _ in range(20):
        assert (
            await setup.reason() == "good"
        )  # the journal itself would refuse the forty-first call of a second
    # half of forty calls a second are ours, and twenty may come at once
    assert setup.time() - began > (28 - 20) / 20 - 0.05


async def test_a_part_that_fails_ends_the_other_parts(setup_of: SetupOf):
    setup = await setup_of(school=School(SystemLimits(window_days=30)))

    async def first_fails(scope: Scope, receive: Receive, send: Send) -> None:
        if b"from=2026-09-01" in scope["query_string"]:
            await answering(404)(scope, receive, send)
        else:
            await FAULTS["hang"][0](scope, receive, send)

    setup.journal.fault = first_fails
    autumn = parse_window("2026-09-01", "2026-11-30", NOW.date())
    began = setup.time()
    with pytest.raises(JournalError) as failed:
        await setup.read(window=autumn)
    assert failed.value.reason == "wrong-type"
    assert setup.time() - began < 2
    assert setup.figures().under_way == 0


async def test_a_call_cancelled_by_the_program_counts_for_nothing(setup: Setup):
    setup.journal.fault, _ = FAULTS["hang"]
    for _ in range(5):
        call = asyncio.create_task(setup.read())
        await asyncio.sleep(0.05)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
    assert (setup.figures().under_way, setup.figures().breaker) == (0, {"closed": 1})


async def test_capabilities_are_fetched_once_for_all_reads_and_kept_through_failures(setup: Setup):
    setup.clock.advance(MINUTES)
    setup.journal.pause = 0.05
    assert await asyncio.gather(*(setup.reason() for _ in range(6))) == ["good"] * 6
    capabilities = setup.telemetry.metrics.of("myedu_journal_calls", "s", "capabilities", "good")
    assert capabilities._value.get() == 2
