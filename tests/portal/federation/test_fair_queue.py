"""The queue before a journal. Nothing here sleeps: a waiting call begins when another one ends."""

import asyncio
import math

import pytest

from myedu.portal.federation.fair_queue import FairQueue, QueueRejected
from myedu.portal.federation.rate_limiter import RateLimiter


class Gate:
    """A queue that admits so many calls at a time."""

    def __init__(self, at_once: int, longest: int = 10) -> None:
        self.at_once = at_once
        self.queue = FairQueue(longest, self.wait, lambda: None)

    def wait(self) -> float:
        return 0.0 if self.queue.under_way < self.at_once else math.inf

    def enter(self, seconds: float = 60, expected: float = 0) -> asyncio.Task[None]:
        until = asyncio.get_running_loop().time() + seconds
        return asyncio.create_task(self.queue.acquire(until, expected))


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_first_come_first_served():
    gate = Gate(at_once=1)
    await gate.enter()
    waiting = [gate.enter() for _ in range(3)]
    await settle()
    assert (gate.queue.under_way, gate.queue.queued) == (1, 3)
    for served in range(1, 4):
        gate.queue.release()
        await settle()
        assert [task.done() for task in waiting] == [True] * served + [False] * (3 - served)
    gate.queue.release()
    assert (gate.queue.under_way, gate.queue.queued) == (0, 0)


async def test_a_full_queue_rejects_at_once():
    gate = Gate(at_once=1, longest=2)
    await gate.enter()
    waiting = [gate.enter() for _ in range(2)]
    await settle()
    with pytest.raises(QueueRejected):
        await gate.enter()
    await _dismiss(waiting)


async def test_a_caller_that_would_wait_in_vain_is_rejected_at_once():
    gate = Gate(at_once=1)
    await gate.enter()
    with pytest.raises(QueueRejected) as rejected:
        await gate.enter(seconds=2, expected=3)
    assert rejected.value.retry_after == 3
    assert gate.queue.queued == 0


async def test_no_caller_waits_past_its_deadline():
    gate = Gate(at_once=1)
    await gate.enter()
    with pytest.raises(QueueRejected):
        await gate.enter(seconds=0)
    gate.queue.release()
    assert (gate.queue.under_way, gate.queue.queued) == (0, 0)


async def test_a_caller_that_gives_up_leaves_no_gap():
    gate = Gate(at_once=1)
    await gate.enter()
    gone, served = gate.enter(), gate.enter()
    await settle()
    gone.cancel()
    await settle()
    assert gate.queue.queued == 1
    gate.queue.release()
    await served
    assert gate.queue.under_way == 1


async def test_a_caller_admitted_in_the_moment_of_giving_up_makes_room_for_the_next():
    gate = Gate(at_once=1)
    await gate.enter()
    gone, served = gate.enter(), gate.enter()
    await settle()
    gate.queue.release()  # it is admitted …
    gone.cancel()  # … and never begins
    await settle()
    assert served.done()
    assert gate.queue.under_way == 1


async def test_all_waiting_callers_are_rejected_when_the_journal_is_paused():
    gate = Gate(at_once=1)
    await gate.enter()
    waiting = [gate.enter() for _ in range(3)]
    await settle()
    gate.queue.reject_all(7)
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert [result.retry_after for result in results if isinstance(result, QueueRejected)] == [7, 7, 7]
    assert (gate.queue.under_way, gate.queue.queued) == (1, 0)


async def test_a_grown_limit_admits_several_callers():
    gate = Gate(at_once=1)
    await gate.enter()
    waiting = [gate.enter() for _ in range(4)]
    await settle()
    gate.at_once = 4
    gate.queue.release()
    await settle()
    assert [task.done() for task in waiting] == [True] * 4


async def test_the_next_caller_is_admitted_when_the_rate_permits():
    loop = asyncio.get_running_loop()
    rate = RateLimiter(share=1)
    rate.set_declared_rate(100)
    for _ in range(100):
        rate.record_call(loop.time())
    queue = FairQueue(10, lambda: rate.wait_seconds(loop.time()), lambda: rate.record_call(loop.time()))
    began = loop.time()
    await asyncio.gather(*(queue.acquire(began + 10, 0) for _ in range(3)))
    assert 0.025 <= loop.time() - began < 2


async def _dismiss(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
