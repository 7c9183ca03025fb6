"""Another process of the portal, for tests: makes one read many times at once and counts the outcomes.

Takes a `Job` as JSON from the standard input; prints "reading" before the reads and a `Result` after them.
"""

import asyncio
import sys
from collections import Counter
from contextlib import AsyncExitStack
from datetime import datetime

import aiohttp
import msgspec

from myedu.connector.sdk.client import JournalAddress, JournalClient
from myedu.kit.clock import FixedClock
from myedu.kit.db import Database
from myedu.portal.federation.caches import open_caches
from myedu.portal.federation.models import ReadLimits
from myedu.portal.federation.service import Federation
from tests.portal.federation.conftest import MOTHER, WEEK, student_of


class Job(msgspec.Struct, frozen=True):
    """What to read, how many times at once, with what deadline in seconds."""

    database_url: str
    copy_key: str
    journal_key: str
    system_id: str
    now: datetime
    shared_cache_url: str = ""
    times: int = 1
    seconds: float = 20


class Result(msgspec.Struct, frozen=True):
    """How many outcomes of each type and reason."""

    outcomes: dict[str, int]


async def run(job: Job) -> Result:
    clock = FixedClock(job.now)
    limits = ReadLimits(deadline_seconds=job.seconds, flight_seconds=job.seconds)
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())

        def client_for(address: JournalAddress) -> JournalClient:
            return JournalClient(session, address, job.journal_key, clock=clock)

        database = await Database.open(job.database_url, max_size=4)
        stack.push_async_callback(database.close)
        caches = open_caches(database, [job.copy_key], shared_cache_url=job.shared_cache_url)
        stack.push_async_callback(caches.aclose)
        federation = Federation(database, client_for, clock, limits, caches=caches)
        stack.push_async_callback(federation.close)
        print("reading", flush=True)
        student = student_of(job.system_id)
        reads = (federation.read_diary(student, WEEK, viewer=MOTHER) for _ in range(job.times))
        outcomes = await asyncio.gather(*reads)
    names = (f"{type(outcome).__name__} {getattr(outcome, 'reason', '')}".strip() for outcome in outcomes)
    return Result(dict(Counter(names)))


if __name__ == "__main__":
    result = asyncio.run(run(msgspec.json.decode(sys.stdin.buffer.readline(), type=Job)))
    print(msgspec.json.encode(result).decode(), flush=True)
