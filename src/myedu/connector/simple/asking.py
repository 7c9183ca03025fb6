"""Calling a vendor's functions, whatever they are: plain, async, generators of both kinds, cursors."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator
from inspect import isasyncgenfunction, isawaitable, iscoroutinefunction
from typing import Any

import anyio.to_thread

_BATCH = 500


async def ask_rows(function: Callable[..., Any], *arguments: Any) -> list[Any] | None:
    """All rows of one question; None stays None. A plain function runs in a thread, to its last row."""
    if iscoroutinefunction(function) or isasyncgenfunction(function):
        return await _collected(function(*arguments))
    return await _collected(await anyio.to_thread.run_sync(lambda: _listed(function(*arguments))))


async def ask_one(function: Callable[..., Any], *arguments: Any) -> Any:
    """One value: a row, an id, True."""
    if iscoroutinefunction(function):
        return await function(*arguments)
    found = await anyio.to_thread.run_sync(function, *arguments)
    return await found if isawaitable(found) else found


def stream_rows(function: Callable[..., Any], *arguments: Any) -> Iterator[Any]:
    """Rows of a whole table, few at a time; for a thread that has no event loop of its own.

    An async function runs on a loop that lives as long as this iterator: it opens its connections itself.
    """
    found = function(*arguments)
    if not isawaitable(found) and not isinstance(found, AsyncIterable):
        yield from found
        return
    with asyncio.Runner() as runner:
        if isawaitable(found):
            found = runner.run(_awaited(found))
        if not isinstance(found, AsyncIterable):
            yield from found
            return
        rows = aiter(found)
        while batch := runner.run(_some(rows)):
            yield from batch


def _listed(found: Any) -> Any:
    """A generator over a cursor is read in the thread that opened it: sqlite3 insists."""
    if found is None or isawaitable(found) or isinstance(found, AsyncIterable):
        return found
    return list(found)


async def _collected(found: Any) -> list[Any] | None:
    if isawaitable(found):
        found = await found
    if isinstance(found, AsyncIterable):
        return [row async for row in found]
    return None if found is None else list(found)


async def _awaited(found: Any) -> Iterable[Any]:
    rows: Iterable[Any] = await found
    return rows


async def _some(rows: AsyncIterator[Any]) -> list[Any]:
    batch = []
    async for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            break
    return batch
