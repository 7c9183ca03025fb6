"""Calls a vendor's functions, whatever they are: plain, async, generators of both kinds, cursors."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Iterator
from inspect import isasyncgenfunction, isawaitable, iscoroutinefunction
from typing import TypeVar, cast

import anyio.to_thread

from myedu.connector.simple.journal import Row, Rows

T = TypeVar("T")

_BATCH = 500  # rows taken from an async generator at a time


async def fetch_rows(function: Callable[..., Rows | None], *arguments: object) -> list[Row] | None:
    """All rows of one call, None if it returns None. A plain function runs in a thread, to its last row."""
    if iscoroutinefunction(function) or isasyncgenfunction(function):
        return await _collected(function(*arguments))
    return await _collected(await anyio.to_thread.run_sync(lambda: _listed(function(*arguments))))


async def fetch_value(function: Callable[..., T | Awaitable[T]], *arguments: object) -> T:
    """The single value of one call: a row, an id, True. A plain function runs in a thread."""
    is_async = iscoroutinefunction(function)
    result = function(*arguments) if is_async else await anyio.to_thread.run_sync(function, *arguments)
    return cast(T, await result if isawaitable(result) else result)


def stream_rows(function: Callable[..., Rows], *arguments: object) -> Iterator[Row]:
    """Rows of a whole table, a few in memory at a time; for a thread without an event loop.

    An async function runs on a loop that lives as long as this iterator, so it must open its connections
    itself.
    """
    result = function(*arguments)
    if not isawaitable(result) and not isinstance(result, AsyncIterable):
        yield from result
        return
    with asyncio.Runner() as runner:
        if isawaitable(result):
            result = runner.run(_awaited(result))
        if not isinstance(result, AsyncIterable):
            yield from result
            return
        rows = aiter(result)
        while batch := runner.run(_next_batch(rows)):
            yield from batch


def _listed(result: Rows | None) -> Rows | None:
    """A generator over a cursor has to be read in the thread that opened it, as sqlite3 requires."""
    if result is None or isawaitable(result) or isinstance(result, AsyncIterable):
        return result
    return list(result)


async def _collected(result: Rows | None) -> list[Row] | None:
    if isawaitable(result):
        result = await result
    if isinstance(result, AsyncIterable):
        return [row async for row in result]
    return None if result is None else list(result)


async def _awaited(result: Awaitable[Iterable[Row]]) -> Iterable[Row]:
    return await result


async def _next_batch(rows: AsyncIterator[Row]) -> list[Row]:
    batch = []
    async for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            break
    return batch
