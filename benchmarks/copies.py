"""What encrypting an answer costs, and what caching the decrypted one saves.

Microseconds of this process for compressing and encrypting, decrypting, decoding; milliseconds of
PostgreSQL's backend for the statement that reads a copy, with the body and without it (its version is
cached). Least of the rounds.
"""

import argparse
import asyncio
import json
import os
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import msgspec

from benchmarks.families import diary
from benchmarks.servers import database
from myedu.contract.answers import Diary
from myedu.contract.windows import week_of
from myedu.kit.db import Database
from myedu.kit.encryption import Keyring, new_key, read_keys
from myedu.kit.migrate import migrate
from myedu.portal.federation import store
from myedu.portal.federation.models import JournalQuery
from tests.portal.federation.conftest import student_of

WEEK = week_of(date(2026, 11, 23))
NAME = b'["14","bench","c1","diary","2026-11-23","2026-11-29"]'
SIZES = (1_700, 5_000, 12_000)  # bytes of an encrypted body; PostgreSQL keeps more than 2 kB out of the row
BATCH = 100


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks copies", description=__doc__)
    parser.add_argument("--rounds", type=int, default=60)
    options = parser.parse_args(arguments)
    figures = _of_the_process(options.rounds)
    with tempfile.TemporaryDirectory() as folder, database(Path(folder)) as url:
        migrate(url, "myedu.portal")
        figures |= asyncio.run(_of_the_backend(url, options.rounds))
    print(json.dumps({"name": "copies", **figures}))
    return 0


def _of_the_process(rounds: int) -> dict[str, float]:
    ring = Keyring(read_keys([new_key()]))
    body = msgspec.json.encode(diary("c1", WEEK))
    sealed = ring.encrypt(body, NAME)
    decode = msgspec.json.Decoder(Diary).decode
    return {
        "body_bytes": len(body),
        "sealed_bytes": len(sealed),
        "seal_us": _least_us(lambda: ring.encrypt(body, NAME), rounds),
        "open_us": _least_us(lambda: ring.decrypt(sealed, NAME), rounds),
        "decode_us": _least_us(lambda: decode(body), rounds),
    }


def _least_us(work: Callable[[], object], rounds: int) -> float:
    least = float("inf")
    for _ in range(rounds):
        began = time.process_time_ns()
        for _ in range(BATCH):
            work()
        least = min(least, (time.process_time_ns() - began) / BATCH / 1000)
    return round(least, 1)


async def _of_the_backend(url: str, rounds: int) -> dict[str, float]:
    opened = await Database.open(url, max_size=1)
    figures = {}
    try:
        for size in SIZES:
            query = await _written(opened, size)
            whole, known = await _least_ms(opened, query, rounds)
            figures |= {f"read_{size}_ms": whole, f"read_{size}_known_ms": known}
    finally:
        await opened.close()
    return figures


async def _written(opened: Database, size: int) -> JournalQuery[Diary]:
    student = student_of("bench", f"p{size}")
    async with opened.connection() as conn:
        await conn.execute(
            "INSERT INTO federation.copies VALUES ('25', 'bench', %s, 'diary', %s, %s, %b, NULL, %s)",
            [student.person_id, WEEK.first, WEEK.last, os.urandom(size), datetime.now(UTC)],
        )
    return JournalQuery(Diary, student, WEEK)


async def _least_ms(opened: Database, query: JournalQuery[Diary], rounds: int) -> tuple[float, float]:
    async with opened.connection() as conn:
        copy = await store.read_copy(conn, query, None)
        assert copy is not None
        least: dict[UUID | None, float] = {None: float("inf"), copy.version: float("inf")}
        for _ in range(rounds):
            for known in least:
                began = _cpu_ms(conn.info.backend_pid)
                for _ in range(BATCH):
                    await store.read_copy(conn, query, known)
                least[known] = min(least[known], (_cpu_ms(conn.info.backend_pid) - began) / BATCH)
    return round(least[None], 4), round(least[copy.version], 4)


def _cpu_ms(pid: int) -> float:
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e6
