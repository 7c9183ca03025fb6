"""Items are made ahead of need, no more than was said, and the maker is gone when the taker is."""

import asyncio
import threading
import time
from collections.abc import Iterator

import pytest

from myedu.kit.prefetch import Prefetch


def numbers(made: list[int], upto: int = 10) -> Iterator[int]:
    for number in range(upto):
        made.append(number)
        yield number


async def test_all_items_come_in_their_order() -> None:
    made: list[int] = []
    assert [number async for number in Prefetch(numbers(made), most=3)] == list(range(10)) == made


async def test_no_more_is_made_than_was_said() -> None:
    made: list[int] = []
    ahead = Prefetch(numbers(made), most=2)
    batches = aiter(ahead)
    assert await anext(batches) == 0
    deadline = time.monotonic() + 5
    while len(made) < 3 and time.monotonic() < deadline:
        await _turn()
    for _ in range(50):
        await _turn()
    assert made == [0, 1, 2]
    await ahead.aclose()
    assert made == [0, 1, 2]


async def test_what_the_maker_raises_comes_after_the_items_before_it() -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise OSError("cut")

    seen: list[int] = []

    async def take() -> None:
        async for number in Prefetch(broken(), most=2):
            seen.append(number)

    with pytest.raises(OSError, match="cut"):
        await take()
    assert seen == [1]


async def test_a_file_is_closed_when_the_taker_fails() -> None:
    closed = threading.Event()

    def file() -> Iterator[int]:
        try:
            yield from range(100)
        finally:
            closed.set()

    items = file()
    ahead = Prefetch(items, most=1)

    async def take() -> None:
        async for _ in ahead:
            raise ValueError("enough")

    with pytest.raises(ValueError, match="enough"):
        await take()
    await ahead.aclose()
    items.close()  # no thread is inside any more: else this raises
    assert closed.is_set()


async def _turn() -> None:
    await asyncio.sleep(0.001)
