"""Another process of the portal, for tests: asks one question many times at once, says what came of it.

Reads an `Errand` as JSON from the standard input, prints "asking" before it asks and a `Result` after.
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


class Errand(msgspec.Struct, frozen=True):
    database_url: str
    copy_key: str
    journal_key: str
    system_id: str
    now: datetime
    shared_cache_url: str = ""
    times: int = 1
    seconds: float = 20


class Result(msgspec.Struct, frozen=True):
    """How many outcomes of each kind."""

    outcomes: dict[str, int]


async def run(errand: Errand) -> Result:
    clock = FixedClock(errand.now)
    limits = ReadLimits(deadline_seconds=errand.seconds, flight_seconds=errand.seconds)
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())

        def client_for(address: JournalAddress) -> JournalClient:
            return JournalClient(session, address, errand.journal_key, clock=clock)

        database = await Database.open(errand.database_url, max_size=4)
        stack.push_async_callback(database.close)
        caches = open_caches(database, [errand.copy_key], shared_cache_url=errand.shared_cache_url)
        stack.push_async_callback(caches.aclose)
        federation = Federation(database, client_for, clock, limits, caches=caches)
        stack.push_async_callback(federation.close)
        print("asking", flush=True)
        student = student_of(errand.system_id)
        asked = (federation.read_diary(student, WEEK, viewer=MOTHER) for _ in range(errand.times))
        outcomes = await asyncio.gather(*asked)
    said = Counter(f"{type(one).__name__} {getattr(one, 'reason', '')}".strip() for one in outcomes)
    return Result(dict(said))


if __name__ == "__main__":
    answer = asyncio.run(run(msgspec.json.decode(sys.stdin.buffer.readline(), type=Errand)))
    print(msgspec.json.encode(answer).decode(), flush=True)
