"""A request class: who is admitted, who waits, who is told to come later."""

import asyncio

import pytest

from myedu.kit.web.admission.request_class import Overloaded, RequestClass, RequestClassSpec


def request_class(*, most: int = 2, least: int = 1, wait_seconds: float = 5) -> RequestClass:
    return RequestClass(RequestClassSpec("pages", share=1), most=most, least=least, wait_seconds=wait_seconds)


def full_class() -> RequestClass:
    """One that begins with two places."""
    return request_class(most=2, least=2)


async def queued(one: RequestClass) -> "asyncio.Task[None]":
    before = one.waiting
    task = asyncio.create_task(one.enter())
    await asyncio.sleep(0)
    assert one.waiting == before + 1
    return task


async def test_a_place_that_is_given_back_goes_to_whoever_waits_longest() -> None:
    one = full_class()
    await one.enter()
    await one.enter()
    first, second = await queued(one), await queued(one)
    one.leave()
    await first
    assert not second.done()
    one.leave()
    await second
    assert (one.under_way, one.waiting) == (2, 0)


async def test_nobody_overtakes_the_queue() -> None:
    one = request_class(most=1)
    await one.enter()
    first = await queued(one)
    one.leave()  # the place is the first one's, though it has not run yet
    late = await queued(one)
    await first
    assert not late.done()
    one.leave()
    await late


async def test_a_full_queue_refuses_at_once() -> None:
    one = request_class(most=1)
    await one.enter()
    waiting = await queued(one)
    with pytest.raises(Overloaded) as refused:
        await one.enter()
    assert refused.value.why == "queue-full"
    one.leave()
    await waiting


async def test_who_has_waited_long_enough_is_told_and_takes_no_place() -> None:
    one = request_class(most=1, wait_seconds=0.02)
    await one.enter()
    with pytest.raises(Overloaded) as refused:
        await one.enter()
    assert refused.value.why == "waited"
    assert one.waiting == 0
    one.leave()
    assert one.under_way == 0


async def test_who_gives_up_takes_no_place() -> None:
    one = request_class(most=1)
    await one.enter()
    gone, kept = await queued(one), await queued_second(one)
    gone.cancel()
    await asyncio.wait({gone})
    one.leave()
    await kept
    one.leave()
    # Given the place and cancelled in the same moment.
    await one.enter()
    unlucky = await queued(one)
    one.leave()
    unlucky.cancel()
    await asyncio.wait({unlucky})
    assert (one.under_way, one.waiting) == (0, 0)


async def queued_second(one: RequestClass) -> "asyncio.Task[None]":
    one.limit = 2  # for a queue of two
    one.under_way += 1
    task = await queued(one)
    one.limit = 1
    one.under_way -= 1
    return task


async def test_a_busy_process_lowers_the_limit_to_its_minimum_and_raises_it_again() -> None:
    one = request_class(most=64, least=8)
    assert one.limit == 16  # what it can do is found from below
    for _ in range(100):
        while one.under_way < one.limit:
            await one.enter()
        one.adapt(0.5)
    assert one.limit == 64
    one.adapt(1.1)
    assert one.limit == 51
    one.adapt(100)  # far too late: no time for small steps
    assert one.limit == 12
    for _ in range(20):
        one.adapt(2)
    assert one.limit == 8


async def test_a_class_that_is_hardly_used_keeps_its_limit() -> None:
    one = request_class(most=64)
    await one.enter()
    for pressure in (5, 0.1):  # it isn't this class that makes the process late; nor does it need more
        one.adapt(pressure)
        assert one.limit == 16


async def test_a_raised_limit_admits_who_waits() -> None:
    one = request_class(most=4)
    await one.enter()
    waiting = await queued(one)
    one.adapt(0)
    await waiting
    assert one.under_way == 2
