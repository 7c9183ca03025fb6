"""An open loop: questions are asked at their times, whether or not those before are answered.

Runs as a process of its own: a plan as JSON on stdin, milliseconds by round on stdout. A question is a GET by
bare aiohttp, or a question to a Federation of this very process.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack

import aiohttp
import msgspec
import uvloop

from benchmarks.federation.inside import Inside, a_federation
from myedu.kit.gc_tuning import tune_gc


class Stream(msgspec.Struct):
    """Questions at a steady rate; a rate of 0 asks them all at once. `inside`: students, not addresses."""

    name: str
    rate: float
    asked: list[str]
    headers: dict[str, str] = {}
    cookies: list[str] = []  # one for each question, where they are pages
    inside: bool = False


class Plan(msgspec.Struct):
    """`rounds`: one after the other, the streams of a round together. `inside`: what a Federation needs."""

    rounds: list[list[Stream]]
    inside: Inside | None = None


class Heard(msgspec.Struct):
    """One stream of a round: milliseconds from the moment when each question was due, and bad answers."""

    name: str
    ms: list[float]
    bad: list[str]
    late_ms: float  # p99 of the loop itself


Ask = Callable[[Stream, int], Awaitable[str | None]]
"""Asks one question; what was wrong with the answer."""


async def run(plan: Plan) -> list[Heard]:
    async with AsyncExitStack() as stack:
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=60)
        session = await stack.enter_async_context(
            aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=30),
            )
        )
        within = await stack.enter_async_context(a_federation(plan.inside)) if plan.inside else None

        async def ask(stream: Stream, number: int) -> str | None:
            if stream.inside:
                assert within is not None
                return await within(stream.asked[number])
            return await _get(session, stream, number)

        return [heard for streams in plan.rounds for heard in await _round(streams, ask)]


async def _get(session: aiohttp.ClientSession, stream: Stream, number: int) -> str | None:
    headers = dict(stream.headers)
    if stream.cookies:
        headers["Cookie"] = stream.cookies[number]
    async with session.get(stream.asked[number], headers=headers) as answer:
        body = await answer.read()
        if answer.status != 200:
            return str(answer.status)
        if stream.cookies and b'"state":"fresh"' not in body[:2000]:
            return body.partition(b'"reason":"')[2].partition(b'"')[0].decode() or "not fresh"
        return None


async def _round(streams: Sequence[Stream], ask: Ask) -> list[Heard]:
    begins = time.perf_counter() + 0.1
    return list(await asyncio.gather(*(_streamed(stream, ask, begins) for stream in streams)))


async def _streamed(stream: Stream, ask: Ask, begins: float) -> Heard:
    heard, late, tasks = Heard(stream.name, [], [], 0.0), [], set()

    async def one(number: int, due: float) -> None:
        try:
            wrong = await ask(stream, number)
        except (aiohttp.ClientError, TimeoutError) as error:
            wrong = type(error).__name__
        heard.ms.append(1000 * (time.perf_counter() - due))
        if wrong:
            heard.bad.append(wrong)

    for number in range(len(stream.asked)):
        due = begins + (number / stream.rate if stream.rate else 0)
        ahead = due - time.perf_counter()
        if ahead > 0:
            await asyncio.sleep(ahead)
        late.append(1000 * (time.perf_counter() - due))
        task = asyncio.create_task(one(number, due))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    await asyncio.gather(*tasks)
    heard.late_ms = sorted(late)[len(late) * 99 // 100]
    return heard


def main() -> None:
    """What the process does."""
    plan = msgspec.json.decode(sys.stdin.buffer.read(), type=Plan)
    tune_gc()  # as the portal's own worker does
    sys.stdout.buffer.write(msgspec.json.encode(uvloop.run(run(plan))))
