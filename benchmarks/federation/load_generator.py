"""An open loop: requests are sent at their times, whether or not those before are answered.

Runs as a process of its own: a plan as JSON on stdin, milliseconds by round on stdout. A request is a GET by
bare aiohttp, or a read of a Federation in this very process.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack

import aiohttp
import msgspec
import uvloop

from benchmarks.federation.in_process import FederationSetup, open_federation
from myedu.kit.gc_tuning import tune_gc


class Stream(msgspec.Struct):
    """Requests at a steady rate (0: all at once). `in_process`: `requests` are students, not addresses."""

    name: str
    rate: float
    requests: list[str]
    headers: dict[str, str] = {}
    cookies: list[str] = []  # one for each request, where they are pages
    in_process: bool = False


class Plan(msgspec.Struct):
    """`rounds` run one after the other, the streams of a round together. `setup`: what a Federation needs."""

    rounds: list[list[Stream]]
    setup: FederationSetup | None = None


class Timings(msgspec.Struct):
    """One stream of a round: milliseconds from the moment when each request was due, and bad answers."""

    name: str
    ms: list[float]
    bad: list[str]
    late_ms: float  # p99 of the generator's own delay


Ask = Callable[[Stream, int], Awaitable[str | None]]
"""Makes one request; what was wrong with the answer, or None."""


async def run(plan: Plan) -> list[Timings]:
    """The timings of each stream of each round."""
    async with AsyncExitStack() as stack:
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=60)
        session = await stack.enter_async_context(
            aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=30),
            )
        )
        federation = await stack.enter_async_context(open_federation(plan.setup)) if plan.setup else None

        async def ask(stream: Stream, number: int) -> str | None:
            if stream.in_process:
                assert federation is not None
                return await federation(stream.requests[number])
            return await _get(session, stream, number)

        return [timings for streams in plan.rounds for timings in await _round(streams, ask)]


async def _get(session: aiohttp.ClientSession, stream: Stream, number: int) -> str | None:
    headers = dict(stream.headers)
    if stream.cookies:
        headers["Cookie"] = stream.cookies[number]
    async with session.get(stream.requests[number], headers=headers) as answer:
        body = await answer.read()
        if answer.status != 200:
            return str(answer.status)
        is_json = "/api/" in stream.requests[number]
        if stream.cookies and is_json and b'"state":"fresh"' not in body[:2000]:
            return body.partition(b'"reason":"')[2].partition(b'"')[0].decode() or "not fresh"
        return None


async def _round(streams: Sequence[Stream], ask: Ask) -> list[Timings]:
    begins = time.perf_counter() + 0.1
    return list(await asyncio.gather(*(_streamed(stream, ask, begins) for stream in streams)))


async def _streamed(stream: Stream, ask: Ask, begins: float) -> Timings:
    timings, late, tasks = Timings(stream.name, [], [], 0.0), [], set()

    async def request(number: int, due: float) -> None:
        try:
            wrong = await ask(stream, number)
        except (aiohttp.ClientError, TimeoutError) as error:
            wrong = type(error).__name__
        timings.ms.append(1000 * (time.perf_counter() - due))
        if wrong:
            timings.bad.append(wrong)

    for number in range(len(stream.requests)):
        due = begins + (number / stream.rate if stream.rate else 0)
        ahead = due - time.perf_counter()
        if ahead > 0:
            await asyncio.sleep(ahead)
        late.append(1000 * (time.perf_counter() - due))
        task = asyncio.create_task(request(number, due))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    await asyncio.gather(*tasks)
    timings.late_ms = sorted(late)[len(late) * 99 // 100]
    return timings


def main() -> None:
    """Run the plan on stdin."""
    plan = msgspec.json.decode(sys.stdin.buffer.read(), type=Plan)
    tune_gc()  # as the portal's own worker does
    sys.stdout.buffer.write(msgspec.json.encode(uvloop.run(run(plan))))
