"""Equal reads of several processes are one call; the same tests on PostgreSQL alone and with Valkey."""

import asyncio
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from myedu.contract.answers import Diary
from myedu.portal.federation.leases import LEASE_SECONDS
from myedu.portal.federation.models import Fresh, JournalQuery, ReadLimits, Unavailable
from myedu.portal.federation.query_keys import lease_key
from myedu.portal.federation.valkey import Valkey
from tests.connector.sdk.school import School
from tests.portal.conftest import COPY_KEY, free_port
from tests.portal.federation.conftest import MOTHER, NOW, WEEK, Stand, Stands
from tests.portal.federation.reading_process import Job, Result
from tests.portal.federation.valkey_server import ValkeyServer
from tests.portal.journal import FAULTS

OLDER = timedelta(minutes=2)
PATIENT = ReadLimits(deadline_seconds=20, flight_seconds=20)


class OtherProcesses:
    """Starts other processes over the stand's database."""

    def __init__(self, database_url: str, journal_key: str, shared_cache_url: str) -> None:
        self._job = Job(database_url, COPY_KEY, journal_key, "", now=NOW, shared_cache_url=shared_cache_url)

    @asynccontextmanager
    async def reading(self, stand: Stand, times: int) -> AsyncIterator[asyncio.subprocess.Process]:
        """A process that is about to read; killed at the end if it still runs."""
        job = msgspec.structs.replace(self._job, system_id=stand.student.system_id, times=times)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.portal.federation.reading_process"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdin is not None
        process.stdin.write(msgspec.json.encode(job) + b"\n")
        try:
            yield process
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGKILL)
            await process.wait()


async def line(process: asyncio.subprocess.Process) -> bytes:
    assert process.stdout is not None
    return await asyncio.wait_for(process.stdout.readline(), 30)


async def result(process: asyncio.subprocess.Process) -> dict[str, int]:
    return msgspec.json.decode(await line(process), type=Result).outcomes


@pytest.fixture
def others(federation_database_url: str, journal_key: str, shared_cache_url: str) -> OtherProcesses:
    return OtherProcesses(federation_database_url, journal_key, shared_cache_url)


async def test_a_thousand_equal_reads_of_two_processes_are_one_call(
    stand_of: Stands, others: OtherProcesses, shared_cache_url: str
) -> None:
    stand = await stand_of(School(), PATIENT, shared_cache_url=shared_cache_url)
    stand.journal.pause = 0.5
    async with others.reading(stand, 500) as first, others.reading(stand, 500) as second:
        assert [await line(first), await line(second)] == [b"reading\n"] * 2
        outcomes = [await result(first), await result(second)]
    assert outcomes == [{"Fresh": 500}, {"Fresh": 500}]
    assert stand.journal.asked["diary"] == 1


async def test_a_read_a_moment_later_finds_the_answer_and_makes_no_call(
    stand_of: Stands, shared_cache_url: str
) -> None:
    stand = await stand_of(School(), PATIENT, shared_cache_url=shared_cache_url)
    outcomes = []

    async def read(number: int) -> None:
        await asyncio.sleep(number * 0.001)  # around the moment at which the first fetch ends
        federation = stand.federation if number % 2 else stand.neighbour
        outcomes.append(await federation.read_diary(stand.student, WEEK, viewer=MOTHER))

    await asyncio.gather(*(read(number) for number in range(60)))
    assert {type(outcome) for outcome in outcomes} == {Fresh}
    assert stand.journal.asked["diary"] == 1


async def test_a_confirmation_is_shared_too(stand_of: Stands, shared_cache_url: str) -> None:
    stand = await stand_of(School(), PATIENT, shared_cache_url=shared_cache_url)
    await stand.read()
    stand.clock.advance(OLDER)
    stand.journal.pause = 0.2
    assert [outcome.fetched_at for outcome in await _both(stand)] == [NOW + OLDER] * 2
    assert stand.journal.statuses == [200, 304]


async def test_the_lease_of_a_killed_process_is_taken_over_soon(
    stand_of: Stands, others: OtherProcesses, shared_cache_url: str
) -> None:
    stand = await stand_of(School(), PATIENT, shared_cache_url=shared_cache_url)
    stand.journal.pause = 60
    async with others.reading(stand, 1) as doomed:
        await line(doomed)
        async with asyncio.timeout(10):
            while not stand.journal.asked["diary"]:  # noqa: ASYNC110 - the journal has no event for it
                await asyncio.sleep(0.01)
        doomed.send_signal(signal.SIGKILL)
        await doomed.wait()
    stand.journal.pause, began = 0, time.monotonic()
    assert isinstance(await stand.read(), Fresh)
    assert time.monotonic() - began < LEASE_SECONDS + 1
    assert stand.journal.asked["diary"] == 2


async def test_the_lease_of_a_living_process_is_not_taken_over(
    stand_of: Stands, shared_cache_url: str
) -> None:
    stand = await stand_of(School(), PATIENT, shared_cache_url=shared_cache_url)
    stand.journal.pause = LEASE_SECONDS + 1
    outcomes = await _both(stand)
    assert outcomes[0] == outcomes[1]
    assert stand.journal.asked["diary"] == 1


async def test_only_reads_that_wait_get_the_reason_of_a_failure(
    stand_of: Stands, shared_cache_url: str
) -> None:
    stand = await stand_of(School(), PATIENT, shared_cache_url=shared_cache_url)
    stand.journal.pause = 0.3
    stand.journal.fault, reason = FAULTS["html"]
    assert await _both(stand) == [Unavailable(reason, NOW)] * 2
    assert stand.journal.asked["diary"] == 1
    stand.journal.fault = None
    assert [type(outcome) for outcome in await _both(stand)] == [Fresh, Fresh]
    assert stand.journal.asked["diary"] == 2


async def test_valkey_holds_encrypted_copies_that_expire(stand_of: Stands, valkey: ValkeyServer) -> None:
    stand = await stand_of(School(), PATIENT, shared_cache_url=valkey.url)
    outcome = await stand.read()
    client = Valkey(valkey.url)
    [names] = await client.run(("KEYS", "*"))
    assert names
    for name in names:
        [milliseconds] = await client.run(("PTTL", name))
        assert 0 < milliseconds <= 600_000
        assert stand.student.person_id.encode() not in name
        [value] = await client.run(("GET", name))
        assert outcome.value.lessons[0].lesson.subject.name.encode() not in value
    # Another process reads it from there: the row of PostgreSQL is gone.
    async with stand.database.connection() as conn:
        await conn.execute("DELETE FROM federation.copies WHERE system_id = %s", [stand.student.system_id])
    assert await stand.neighbour.read_diary(stand.student, WEEK, viewer=MOTHER) == outcome
    await client.close()


@pytest.mark.parametrize("kind", [b"copy", b"renewed", b"flight"])
async def test_entries_of_another_release_in_valkey_fail_no_page(
    stand_of: Stands, valkey: ValkeyServer, kind: bytes
) -> None:
    stand = await stand_of(School(), PATIENT, shared_cache_url=valkey.url)
    await stand.read()
    key = lease_key(JournalQuery(Diary, stand.student, WEEK))
    client = Valkey(valkey.url)
    await client.run(("SET", b"myedu:%s:%s" % (kind, key), b"not ours", "EX", 60))
    await client.close()
    stand.clock.advance(OLDER)
    assert isinstance(await stand.neighbour.read_diary(stand.student, WEEK, viewer=MOTHER), Fresh)


@pytest.mark.parametrize("outage", ["dead from the start", "killed", "slow"])
async def test_while_valkey_is_unavailable_postgresql_alone_is_used(stand_of: Stands, outage: str) -> None:
    with ValkeyServer(free_port()) as server:
        if outage == "dead from the start":
            server.kill()
        stand = await stand_of(School(), PATIENT, shared_cache_url=server.url)
        if outage != "dead from the start":
            await stand.read()
        {"killed": server.kill, "slow": server.pause}.get(outage, lambda: None)()
        calls, began = stand.journal.asked["diary"], time.monotonic()
        stand.clock.advance(OLDER)
        outcomes = await _both(stand)
        assert [type(outcome) for outcome in outcomes] == [Fresh, Fresh]
        assert stand.journal.asked["diary"] == calls + 1
        assert time.monotonic() - began < 1  # a fifth of a second for Valkey, once in each process
        began = time.monotonic()
        stand.clock.advance(OLDER)
        await stand.read()
        assert time.monotonic() - began < 0.15  # and nothing during the pause


async def _both(stand: Stand) -> list[Any]:
    both = (stand.federation, stand.neighbour)
    reads = (federation.read_diary(stand.student, WEEK, viewer=MOTHER) for federation in both)
    return list(await asyncio.gather(*reads))
