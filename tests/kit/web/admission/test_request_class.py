"""A request class: which requests are admitted, which wait, which are refused."""

import asyncio

import pytest

from myedu.kit.web.admission.request_class import Overloaded, RequestClass, RequestClassSpec


def request_class(*, most: int = 2, least: int = 1, wait_seconds: float = 5) -> RequestClass:
    return RequestClass(RequestClassSpec("pages", share=1), most=most, least=least, wait_seconds=wait_seconds)


def full_class() -> RequestClass:
    """A class that begins with two slots."""
    return request_class(most=2, least=2)


async def queued(pages: RequestClass) -> "asyncio.Task[None]":
    before = pages.waiting
    task = asyncio.create_task(pages.enter())
    await asyncio.sleep(0)
    assert pages.waiting == before + 1
    return task


async def test_a_returned_slot_goes_to_the_request_that_has_waited_longest() -> None:
    pages = full_class()
    await pages.enter()
    await pages.enter()
    first, second = await queued(pages), await queued(pages)
    pages.leave()
    await first
    assert not second.done()
    pages.leave()
    await second
    assert (pages.under_way, pages.waiting) == (2, 0)


async def test_no_request_overtakes_the_queue() -> None:
    pages = request_class(most=1)
    await pages.enter()
    first = await queued(pages)
    pages.leave()  # the slot is the first request's, though it has not run yet
    late = await queued(pages)
    await first
    assert not late.done()
    pages.leave()
    await late


async def test_a_full_queue_refuses_at_once() -> None:
    pages = request_class(most=1)
    await pages.enter()
    waiting = await queued(pages)
    with pytest.raises(Overloaded) as refused:
        await pages.enter()
    assert refused.value.why == "queue-full"
    pages.leave()
    await waiting


async def test_a_request_that_has_waited_too_long_is_refused_and_takes_no_slot() -> None:
    pages = request_class(most=1, wait_seconds=0.02)
    await pages.enter()
    with pytest.raises(Overloaded) as refused:
        await pages.enter()
    assert refused.value.why == "waited"
    assert pages.waiting == 0
    pages.leave()
    assert pages.under_way == 0


async def test_a_cancelled_request_takes_no_slot() -> None:
    pages = request_class(most=1)
    await pages.enter()
    gone, kept = await queued(pages), await queued_second(pages)
    gone.cancel()
    await asyncio.wait({gone})
    pages.leave()
    await kept
    pages.leave()
    # It gets the slot and is cancelled at the same moment.
    await pages.enter()
    unlucky = await queued(pages)
    pages.leave()
    unlucky.cancel()
    await asyncio.wait({unlucky})
    assert (pages.under_way, pages.waiting) == (0, 0)


async def queued_second(pages: RequestClass) -> "asyncio.Task[None]":
    pages.limit = 2  # for a queue of two
    pages.under_way += 1
    task = await queued(pages)
    pages.limit = 1
    pages.under_way -= 1
    return task


async def test_a_busy_process_lowers_the_limit_to_its_minimum_and_raises_it_again() -> None:
    pages = request_class(most=64, least=8)
    assert pages.limit == 16  # it grows until it finds what the process can do
    for _ in range(100):
        while pages.under_way < pages.limit:
            await pages.enter()
        pages.adapt(0.5)
    assert pages.limit == 64
    pages.adapt(1.1)
    assert pages.limit == 51
    pages.adapt(100)  # far too late: no time for small steps
    assert pages.limit == 12
    for _ in range(20):
        pages.adapt(2)
    assert pages.limit == 8


async def test_a_class_that_is_hardly_used_keeps_its_limit() -> None:
    pages = request_class(most=64)
    await pages.enter()
    for pressure in (5, 0.1):  # this class doesn't make the process late, and needs no more
        pages.adapt(pressure)
        assert pages.limit == 16


async def test_a_raised_limit_admits_waiting_requests() -> None:
    pages = request_class(most=4)
    await pages.enter()
    waiting = await queued(pages)
    pages.adapt(0)
    await waiting
    assert pages.under_way == 2
