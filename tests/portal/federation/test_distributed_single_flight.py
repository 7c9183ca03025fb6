"""Equal questions of several processes are one call; the same tests on PostgreSQL alone and with Valkey."""

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
from tests.portal.federation.asker import Errand, Result
from tests.portal.federation.conftest import MOTHER, NOW, WEEK, Stand, Stands
from tests.portal.federation.valkey_server import ValkeyServer
from tests.portal.journal import FAULTS

OLDER = timedelta(minutes=2)
PATIENT = ReadLimits(deadline_seconds=20, flight_seconds=20)


class Askers:
    """Starts other processes over the stand's database."""

    def __init__(self, database_url: str, journal_key: str, shared_cache_url: str) -> None:
        self._errand = Errand(
            database_url, COPY_KEY, journal_key, "", now=NOW, shared_cache_url=shared_cache_url
        )

    @asynccontextmanager
    async def asking(self, stand: Stand, times: int) -> AsyncIterator[asyncio.subprocess.Process]:
        """A process that is about to ask; killed at the end if it still lives."""
        errand = msgspec.structs.replace(self._errand, system_id=stand.student.system_id, times=times)
        asker = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.portal.federation.asker"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert asker.stdin is not None
        asker.stdin.write(msgspec.json.encode(errand) + b"\n")
        try:
            yield asker
        finally:
            if asker.returncode is None:
                asker.send_signal(signal.SIGKILL)
            await asker.wait()


async def line(asker: asyncio.subprocess.Process) -> bytes:
    assert asker.stdout is not None
    return await asyncio.wait_for(asker.stdout.readline(), 30)


async def result(asker: asyncio.subprocess.Process) -> dict[str, int]:
    return msgspec.json.decode(await line(asker), type=Result).outcomes


@pytest.fixture
def askers(federation_database_url: str, journal_key: str, shared_cache_url: str) -> Askers:
    return Askers(federation_database_url, journal_key, shared_cache_url)


async def test_a_thousand_equal_questions_of_two_processes_are_one_call(
    stand_of: Stands, askers: Askers, shared_cache_url: str
) -> None:
    stand = await stand_of(School(), PATIENT, shared_cache_url=shared_cache_url)
    stand.journal.pause = 0.5
    async with askers.asking(stand, 500) as one, askers.asking(stand, 500) as other:
        assert [await line(one), await line(other)] == [b"asking\n"] * 2
        said = [await result(one), await result(other)]
    assert said == [{"Fresh": 500}, {"Fresh": 500}]
    assert stand.journal.asked["diary"] == 1


async def test_who_comes_a_moment_late_finds_the_answer_and_does_not_ask(
    stand_of: Stands, shared_cache_url: str
) -> None:
    stand = await stand_of(School(), PATIENT, shared_cache_url=shared_cache_url)
    outcomes = []

    async def ask(number: int) -> None:
        await asyncio.sleep(number * 0.001)  # around the moment at which the first flight lands
        asked = stand.federation if number % 2 else stand.neighbour
        outcomes.append(await asked.read_diary(stand.student, WEEK, viewer=MOTHER))

    await asyncio.gather(*(ask(number) for number in range(60)))
    assert {type(one) for one in outcomes} == {Fresh}
    assert stand.journal.asked["diary"] == 1


async def test_a_confirmation_is_shared_too(stand_of: Stands, shared_cache_url: str) -> None:
    stand = await stand_of(School(), PATIENT, shared_cache_url=shared_cache_url)
    await stand.read()
    stand.clock.advance(OLDER)
    stand.journal.pause = 0.2
    assert [one.fetched_at for one in await _both(stand)] == [NOW + OLDER] * 2
    assert stand.journal.statuses == [200, 304]


async def test_a_killed_holders_flight_is_taken_over_soon(
    stand_of: Stands, askers: Askers, shared_cache_url: str
) -> None:
    stand = await stand_of(School(), PATIENT, shared_cache_url=shared_cache_url)
    stand.journal.pause = 60
    async with askers.asking(stand, 1) as doomed:
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


async def test_a_living_holders_flight_is_not_taken_over(stand_of: Stands, shared_cache_url: str) -> None:
    stand = await stand_of(School(), PATIENT, shared_cache_url=shared_cache_url)
    stand.journal.pause = LEASE_SECONDS + 1
    outcomes = await _both(stand)
    assert outcomes[0] == outcomes[1]
    assert stand.journal.asked["diary"] == 1


async def test_a_failures_reason_is_told_to_who_waits_and_nobody_else(
    stand_of: Stands, shared_cache_url: str
) -> None:
    stand = await stand_of(School(), PATIENT, shared_cache_url=shared_cache_url)
    stand.journal.pause = 0.3
    stand.journal.fault, reason = FAULTS["html"]
    assert await _both(stand) == [Unavailable(reason, NOW)] * 2
    assert stand.journal.asked["diary"] == 1
    stand.journal.fault = None
    assert [type(one) for one in await _both(stand)] == [Fresh, Fresh]
    assert stand.journal.asked["diary"] == 2


async def test_valkey_holds_sealed_copies_with_an_end(stand_of: Stands, valkey: ValkeyServer) -> None:
    stand = await stand_of(School(), PATIENT, shared_cache_url=valkey.url)
    outcome = await stand.read()
    client = Valkey(valkey.url)
    [names] = await client.run(("KEYS", "*"))
    assert names
    for name in names:
        [end] = await client.run(("PTTL", name))
        assert 0 < end <= 600_000
        assert stand.student.person_id.encode() not in name
        [value] = await client.run(("GET", name))
        assert outcome.value.lessons[0].lesson.subject.name.encode() not in value
    # And it is what a neighbour reads: PostgreSQL has lost the row here.
    async with stand.database.connection() as conn:
        await conn.execute("DELETE FROM federation.copies WHERE system_id = %s", [stand.student.system_id])
    assert await stand.neighbour.read_diary(stand.student, WEEK, viewer=MOTHER) == outcome
    await client.close()


@pytest.mark.parametrize("kind", [b"copy", b"renewed", b"flight"])
async def test_what_another_release_left_in_valkey_costs_no_page(
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


@pytest.mark.parametrize("illness", ["dead from the start", "killed", "slow"])
async def test_without_valkey_postgresql_goes_on_alone(stand_of: Stands, illness: str) -> None:
    with ValkeyServer(free_port()) as server:
        if illness == "dead from the start":
            server.kill()
        stand = await stand_of(School(), PATIENT, shared_cache_url=server.url)
        if illness != "dead from the start":
            await stand.read()
        {"killed": server.kill, "slow": server.pause}.get(illness, lambda: None)()
        asked, began = stand.journal.asked["diary"], time.monotonic()
        stand.clock.advance(OLDER)
        outcomes = await _both(stand)
        assert [type(one) for one in outcomes] == [Fresh, Fresh]
        assert stand.journal.asked["diary"] == asked + 1
        assert time.monotonic() - began < 1  # a fifth of a second for Valkey, once a process
        began = time.monotonic()
        stand.clock.advance(OLDER)
        await stand.read()
        assert time.monotonic() - began < 0.15  # and nothing while it rests


async def _both(stand: Stand) -> list[Any]:
    asked = (
        one.read_diary(stand.student, WEEK, viewer=MOTHER) for one in (stand.federation, stand.neighbour)
    )
    return list(await asyncio.gather(*asked))
