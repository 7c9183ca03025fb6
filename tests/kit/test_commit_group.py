"""What was answered is on disk, though the transactions did not wait for it one by one."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest

from myedu.kit.commit_group import CommitGroup, Waits
from myedu.kit.db import Database
from myedu.kit.postgres import EmbeddedPostgres

MANY = 200


class Lines:
    """A table on a durable server that writes its log late: a kill loses what nobody waited for."""

    def __init__(self, server: EmbeddedPostgres, database: Database) -> None:
        self.server, self._database = server, database
        self.group = CommitGroup(database)
        self.modes: list[Waits] = []

    async def add(self, number: int, waits: Waits) -> int:
        self.modes.append(waits)
        async with self._database.connection() as conn:
            await conn.execute(
                "WITH mode AS (SELECT set_config('synchronous_commit', %s, true))"
                " INSERT INTO line SELECT %s FROM mode",
                [waits, number],
            )
        return number

    def kill(self) -> None:
        assert self.server.pid
        os.kill(self.server.pid, signal.SIGKILL)

    def restart(self) -> None:
        while self.server.running:
            time.sleep(0.01)
        self.server.start()

    async def after_a_kill(self) -> set[int]:
        """The lines that are there when the server was killed and has come back."""
        self.kill()
        self.restart()
        with psycopg.connect(self.server.url("postgres")) as conn:
            return {number for (number,) in conn.execute("SELECT number FROM line")}


@pytest.fixture
async def lines(tmp_path: Path) -> AsyncIterator[Lines]:
    with EmbeddedPostgres(tmp_path / "data") as server:
        with psycopg.connect(server.url("postgres"), autocommit=True) as conn:
            conn.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
            conn.execute("SELECT pg_reload_conf()")
            conn.execute("CREATE TABLE line (number int)")
        database = await Database.open(server.url("postgres"), max_size=4)
        yield Lines(server, database)
        await database.close()


async def test_no_answered_line_is_lost_when_the_server_is_killed(lines: Lines) -> None:
    async def answered(number: int) -> int:
        return await lines.group.run(lambda waits: lines.add(number, waits))

    numbers = await asyncio.gather(*map(answered, range(MANY)))
    assert set(lines.modes) == {"on", "off"}
    assert await lines.after_a_kill() == set(numbers) == set(range(MANY))


async def test_without_the_wait_lines_are_lost(lines: Lines) -> None:
    """So the test above can fail."""
    numbers = await asyncio.gather(*(lines.add(number, "off") for number in range(MANY)))
    assert len(await lines.after_a_kill()) < len(numbers)


async def test_a_lone_transaction_waits_by_itself(lines: Lines) -> None:
    for number in range(3):
        await lines.group.run(lambda waits, number=number: lines.add(number, waits))
    assert lines.modes == ["on"] * 3


async def test_a_failed_transaction_fails_alone_and_one_who_leaves_takes_nothing_away(lines: Lines) -> None:
    async def fails(waits: Waits) -> int:
        await asyncio.sleep(0)
        raise ValueError(waits)

    work = [lines.group.run(lambda waits, number=number: lines.add(number, waits)) for number in range(20)]
    tasks = [asyncio.ensure_future(one) for one in (*work, lines.group.run(fails))]
    await asyncio.sleep(0.001)
    tasks[7].cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(results[-1], ValueError)
    assert [number for number in results[:20] if isinstance(number, int)] == [*range(7), *range(8, 20)]
    assert await lines.group.run(lambda waits: lines.add(99, waits)) == 99


async def test_a_server_that_is_gone_is_an_error_not_an_answer(lines: Lines) -> None:
    async def add_and_kill(number: int, waits: Waits) -> int:
        await lines.add(number, waits)
        if number == MANY - 1:
            lines.kill()
        return number

    results = await asyncio.gather(
        *(
            lines.group.run(lambda waits, number=number: add_and_kill(number, waits))
            for number in range(MANY)
        ),
        return_exceptions=True,
    )
    answered = {number for number in results if isinstance(number, int)}
    lines.restart()
    with psycopg.connect(lines.server.url("postgres")) as conn:
        kept = {number for (number,) in conn.execute("SELECT number FROM line")}
    assert answered <= kept
