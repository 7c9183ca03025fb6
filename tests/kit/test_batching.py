"""What waits at the same moment goes in one call, and one item's fault is its own."""

import asyncio
from collections.abc import Sequence

import psycopg
import pytest
from psycopg_pool import PoolTimeout

from myedu.kit.batching import Batcher


class Doubling:
    """Doubles numbers; a negative one is a fault of its batch. `calls`: the batches that came."""

    def __init__(self) -> None:
        self.calls: list[list[int]] = []
        self.go = asyncio.Event()
        self.go.set()

    async def __call__(self, items: Sequence[int]) -> list[int]:
        self.calls.append(list(items))
        await self.go.wait()
        if any(item < 0 for item in items):
            raise psycopg.DataError("a negative number")
        if 1000 in items:
            raise psycopg.OperationalError("the server is gone")
        return [2 * item for item in items]


async def test_who_is_alone_waits_for_nobody() -> None:
    double = Doubling()
    batcher = Batcher(double)
    assert await batcher(1) == 2
    assert await batcher(2) == 4
    assert double.calls == [[1], [2]]


async def test_what_gathers_meanwhile_goes_together() -> None:
    double = Doubling()
    batcher = Batcher(double, most=3, at_once=1)
    double.go.clear()
    asked = [asyncio.create_task(batcher(0))]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    asked += [asyncio.create_task(batcher(number)) for number in range(1, 8)]
    await asyncio.sleep(0)
    assert batcher.waiting == 3  # statements, the last not full
    double.go.set()
    assert await asyncio.gather(*asked) == [2 * number for number in range(8)]
    assert double.calls == [[0], [1, 2, 3], [4, 5, 6], [7]]


async def test_two_batches_are_under_way_at_most() -> None:
    double = Doubling()
    batcher = Batcher(double, at_once=2)
    double.go.clear()
    asked = []
    for number in range(4):
        asked.append(asyncio.create_task(batcher(number)))
        await asyncio.sleep(0.01)
    assert double.calls == [[0], [1]]
    double.go.set()
    await asyncio.gather(*asked)
    assert double.calls[2] == [2, 3]


async def test_one_bad_item_fails_alone() -> None:
    batcher = Batcher(Doubling())
    results = await asyncio.gather(*(batcher(n) for n in (1, -1, 3)), return_exceptions=True)
    assert results[0] == 2
    assert isinstance(results[1], psycopg.DataError)
    assert results[2] == 6
    assert await batcher(4) == 8


async def test_a_failure_of_the_server_is_not_tried_again_for_each() -> None:
    double = Doubling()
    batcher = Batcher(double)
    results = await asyncio.gather(*(batcher(n) for n in (1, 1000)), return_exceptions=True)
    assert [type(result) for result in results] == [psycopg.OperationalError] * 2
    assert len(double.calls) == 1


async def test_who_leaves_disturbs_nobody() -> None:
    double = Doubling()
    batcher = Batcher(double, at_once=1)
    double.go.clear()
    first, leaves = asyncio.create_task(batcher(1)), asyncio.create_task(batcher(2))
    stays = asyncio.create_task(batcher(3))
    await asyncio.sleep(0.01)
    late, leaves_before = asyncio.create_task(batcher(4)), asyncio.create_task(batcher(5))
    await asyncio.sleep(0.01)
    leaves.cancel()
    leaves_before.cancel()
    await asyncio.sleep(0)
    double.go.set()
    assert await asyncio.gather(first, stays, late) == [2, 6, 8]
    assert double.calls == [[1, 2, 3], [4]]  # nothing is run for one who has left


async def test_nobody_waits_longer_than_for_a_connection() -> None:
    double = Doubling()
    batcher = Batcher(double, at_once=1, wait_seconds=0.01)
    double.go.clear()
    first = asyncio.create_task(batcher(1))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    late = asyncio.create_task(batcher(2))
    await asyncio.sleep(0.05)
    double.go.set()
    assert await first == 2
    with pytest.raises(PoolTimeout):
        await late


async def test_others_get_a_turn_between_the_callers_of_a_batch() -> None:
    batcher = Batcher(Doubling())
    turns: list[int] = []
    loop, turn = asyncio.get_running_loop(), 0

    def count() -> None:
        nonlocal turn
        turn += 1
        if len(turns) < 12:
            loop.call_soon(count)

    async def caller(number: int) -> None:
        await batcher(number)
        turns.append(turn)

    loop.call_soon(count)
    await asyncio.gather(*(caller(number) for number in range(12)))
    assert max(turns.count(one) for one in turns) <= 4
