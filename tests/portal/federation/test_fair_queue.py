"""The queue before a journal. Nothing here sleeps: turns pass when somebody leaves."""

import asyncio
import math

import pytest

from myedu.portal.federation.fair_queue import FairQueue, QueueRejected
from myedu.portal.federation.rate_limiter import RateLimiter


class Gate:
    """So many at a time."""

    def __init__(self, at_once: int, longest: int = 10) -> None:
        self.at_once = at_once
        self.queue = FairQueue(longest, self.wait, lambda: None)

    def wait(self) -> float:
        return 0.0 if self.queue.under_way < self.at_once else math.inf

    def come(self, seconds: float = 60, expected: float = 0) -> asyncio.Task[None]:
        until = asyncio.get_running_loop().time() + seconds
        return asyncio.create_task(self.queue.acquire(until, expected))


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_first_come_first_served():
    gate = Gate(at_once=1)
    await gate.come()
    waiting = [gate.come() for _ in range(3)]
    await settle()
    assert (gate.queue.under_way, gate.queue.queued) == (1, 3)
    for served in range(1, 4):
        gate.queue.release()
        await settle()
        assert [task.done() for task in waiting] == [True] * served + [False] * (3 - served)
    gate.queue.release()
    assert (gate.queue.under_way, gate.queue.queued) == (0, 0)


async def test_a_full_queue_says_so_at_once():
    gate = Gate(at_once=1, longest=2)
    await gate.come()
    waiting = [gate.come() for _ in range(2)]
    await settle()
    with pytest.raises(QueueRejected):
        await gate.come()
    await _dismiss(waiting)


async def test_who_would_wait_in_vain_is_told_at_once():
    gate = Gate(at_once=1)
    await gate.come()
    with pytest.raises(QueueRejected) as told:
        await gate.come(seconds=2, expected=3)
    assert told.value.retry_after == 3
    assert gate.queue.queued == 0


async def test_nobody_waits_past_their_time():
    gate = Gate(at_once=1)
    await gate.come()
    with pytest.raises(QueueRejected):
        await gate.come(seconds=0)
    gate.queue.release()
    assert (gate.queue.under_way, gate.queue.queued) == (0, 0)


async def test_who_leaves_the_queue_leaves_no_gap():
    gate = Gate(at_once=1)
    await gate.come()
    gone, served = gate.come(), gate.come()
    await settle()
    gone.cancel()
    await settle()
    assert gate.queue.queued == 1
    gate.queue.release()
    await served
    assert gate.queue.under_way == 1


async def test_a_turn_that_comes_in_the_moment_of_leaving_goes_to_the_next():
    gate = Gate(at_once=1)
    await gate.come()
    gone, served = gate.come(), gate.come()
    await settle()
    gate.queue.release()  # the turn is given …
    gone.cancel()  # … and never taken
    await settle()
    assert served.done()
    assert gate.queue.under_way == 1


async def test_all_are_sent_home_when_the_journal_is_left_alone():
    gate = Gate(at_once=1)
    await gate.come()
    waiting = [gate.come() for _ in range(3)]
    await settle()
    gate.queue.reject_all(7)
    told = await asyncio.gather(*waiting, return_exceptions=True)
    assert [one.retry_after for one in told if isinstance(one, QueueRejected)] == [7, 7, 7]
    assert (gate.queue.under_way, gate.queue.queued) == (1, 0)


async def test_a_limit_that_grows_lets_several_go():
    gate = Gate(at_once=1)
    await gate.come()
    waiting = [gate.come() for _ in range(4)]
    await settle()
    gate.at_once = 4
    gate.queue.release()
    await settle()
    assert [task.done() for task in waiting] == [True] * 4


async def test_the_next_one_goes_by_itself_when_the_pace_lets():
    loop = asyncio.get_running_loop()
    pace = RateLimiter(share=1)
    pace.set_declared_rate(100)
    for _ in range(100):
        pace.record_call(loop.time())
    queue = FairQueue(10, lambda: pace.wait_seconds(loop.time()), lambda: pace.record_call(loop.time()))
    began = loop.time()
    await asyncio.gather(*(queue.acquire(began + 10, 0) for _ in range(3)))
    assert 0.025 <= loop.time() - began < 2


async def _dismiss(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
