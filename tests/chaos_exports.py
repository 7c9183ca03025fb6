"""`python -m tests.chaos_exports --kills 200`: imports killed at random moments end as undisturbed ones do.

Three packages of one region (a first, a day later, a delta) are taken in by a process that is killed with −9,
or whose PostgreSQL is, at random moments; then again, until each is in. After every kill the region's rows
must be those before the package or those after it, and after each package those of the undisturbed run:
nothing is lost, nothing doubled, nothing half done.
"""

import argparse
import asyncio
import hashlib
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import msgspec
import psycopg

from benchmarks import packages
from myedu.contract.tables import TABLES
from myedu.kit.clock import FixedClock
from myedu.kit.db import Database
from myedu.kit.migrate import migrate
from myedu.kit.postgres import EmbeddedPostgres
from myedu.portal.exports.models import LoadContext
from myedu.portal.exports.receive.verify import read_manifest
from myedu.portal.exports.service import load_folder
from myedu.portal.people.models import System
from myedu.portal.people.service import register_system

SYSTEM, REGION = "r25-a", "25"
_SERVER_SHARE = 0.2  # of the kills hit PostgreSQL
_PATIENCE = 120.0  # seconds for one import, before it counts as hanging


class Result(msgspec.Struct, frozen=True):
    """What a run came to. `half`: kills after which the rows were neither the old nor the new ones.

    `tried`: kills; `failed`: rows and kills that came to no good.
    """

    tried: int
    failed: int
    server_kills: int
    rounds: int
    half: int
    lost: int
    doubled: int


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos_exports", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--persons", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--import", dest="deed", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.deed:
        asyncio.run(_take_in(*options.deed))
        return 0
    seed = options.seed if options.seed is not None else random.randrange(1_000_000)
    print(f"seed {seed}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        result = run(Path(folder), kills=options.kills, persons=options.persons, seed=seed)
    print("\n" + msgspec.json.encode(result).decode())
    return 1 if result.failed else 0


def run(folder: Path, *, kills: int, persons: int, seed: int) -> Result:
    """Kill so many times; the same seed chooses the same targets, though not the same moments."""
    folders = _packages(folder / "packages", persons)
    # Not durable: a killed server loses at most its last commits, which it writes within a second.
    with EmbeddedPostgres(folder / "postgres", durable=False) as server:
        undisturbed = _undisturbed(server, folders)
        return _Chaos(server, folders, undisturbed, random.Random(seed)).until(kills)


def _packages(folder: Path, persons: int) -> list[Path]:
    rows = packages.with_errors(packages.region_rows(persons))
    first = packages.write_package(folder, rows, REGION, packages.NOW)
    fewer = rows | {"teaching": rows["teaching"].head(rows["teaching"].height - 10)}
    stamps = [packages.NOW.replace(hour=hour) for hour in (4, 5)]
    second = packages.write_package(folder, packages.stamped(fewer, stamps[0]), REGION, stamps[0])
    delta = packages.one_percent(rows)
    third = packages.write_package(folder, delta, REGION, stamps[1], base=UUID(second.name))
    return [first, second, third]


class _After(msgspec.Struct, frozen=True):
    """The region's rows before and after a package, and how long it takes."""

    rows: dict[str, tuple[int, str]]
    seconds: float


def _undisturbed(server: EmbeddedPostgres, folders: Sequence[Path]) -> list[_After]:
    _new_database(server, "undisturbed")
    found = []
    for folder in folders:
        with _importing(server, "undisturbed", folder) as process:
            began = time.monotonic()
            if process.wait(_PATIENCE):
                raise SystemExit(f"the undisturbed import of {folder.name} failed: see its words above")
            found.append(_After(_rows(server, "undisturbed"), time.monotonic() - began))
    return found


class _Chaos:
    def __init__(
        self,
        server: EmbeddedPostgres,
        folders: Sequence[Path],
        undisturbed: Sequence[_After],
        chance: random.Random,
    ) -> None:
        self._server, self._folders, self._after, self._chance = server, folders, undisturbed, chance
        self._kills = self._server_kills = self._half = self._lost = self._doubled = 0

    def until(self, kills: int) -> Result:
        rounds = 0
        while self._kills < kills:
            rounds += 1
            name = f"round_{rounds}"
            _new_database(self._server, name)
            before = _rows(self._server, name)
            for folder, after in zip(self._folders, self._after, strict=True):
                self._take_in(name, folder, before, after, kills)
                self._compare(name, after)
                before = after.rows
            with psycopg.connect(self._server.url("postgres"), autocommit=True) as conn:
                conn.execute(f"DROP DATABASE {name} WITH (FORCE)")
        return Result(
            tried=self._kills,
            failed=self._half + self._lost + self._doubled,
            server_kills=self._server_kills,
            rounds=rounds,
            half=self._half,
            lost=self._lost,
            doubled=self._doubled,
        )

    def _take_in(
        self, name: str, folder: Path, before: dict[str, tuple[int, str]], after: _After, kills: int
    ) -> None:
        """Until an import comes to its end."""
        while True:
            with _importing(self._server, name, folder) as process:
                try:
                    # Some moments lie behind the end: then it was not disturbed.
                    moment = self._chance.uniform(0, after.seconds * 1.2)
                    done = process.wait(moment if self._kills < kills else _PATIENCE)
                    if done == 0:
                        return
                    raise SystemExit(f"an import failed by itself with {done}: see its words above")
                except subprocess.TimeoutExpired:
                    self._kill(process)
            if _rows(self._server, name) not in (before, after.rows):
                self._half += 1

    def _kill(self, process: "subprocess.Popen[bytes]") -> None:
        self._kills += 1
        if self._chance.random() < _SERVER_SHARE:
            self._server_kills += 1
            server = self._server.pid
            assert server is not None
            subprocess.run(["kill", "-9", str(server)], check=True)
            process.wait(_PATIENCE)
            while self._server.running:
                time.sleep(0.01)
            self._server.start()
        else:
            process.kill()
            process.wait()
        print("." if self._kills % 50 else f". {self._kills}", end="", flush=True)

    def _compare(self, name: str, after: _After) -> None:
        found = _rows(self._server, name)
        for table, (count, digest) in after.rows.items():
            here, sum_here = found[table]
            self._lost += max(count - here, 0)
            self._doubled += max(here - count, 0)
            if here == count and sum_here != digest:
                self._half += 1


@contextmanager
def _importing(server: EmbeddedPostgres, database: str, folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A process that has begun to take a package in, all of its modules loaded."""
    command = [sys.executable, "-m", "tests.chaos_exports", "--import", server.url(database), str(folder)]
    with tempfile.TemporaryFile() as words:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=words)
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield process
        except SystemExit:
            words.seek(0)
            sys.stderr.write(words.read().decode())
            raise
        finally:
            process.stdout.close()


async def _take_in(url: str, folder: str) -> None:
    print("begun", flush=True)
    manifest = read_manifest(Path(folder))
    database = await Database.open(url, max_size=2)
    context = LoadContext(database, FixedClock(manifest.created_at), Path(tempfile.gettempdir()))
    report = await load_folder(context, SYSTEM, Path(folder), approved=True)
    await database.close()
    if report.state not in ("applied", "unchanged"):
        raise SystemExit(f"{report.state}: {report.reason}")


def _new_database(server: EmbeddedPostgres, name: str) -> None:
    server.create_database(name)
    migrate(server.url(name), "myedu.portal")
    asyncio.run(_register(server.url(name)))
    with psycopg.connect(server.url(name), autocommit=True) as conn:
        conn.execute("CHECKPOINT")  # a server that is killed at once keeps this much


async def _register(url: str) -> None:
    database = await Database.open(url, max_size=1)
    system = System(
        id=SYSTEM, region=REGION, name="Журнал", base_url="http://127.0.0.1:1", client_id="portal",
        registered_at=packages.NOW,
    )  # fmt: skip
    async with database.transaction() as conn:
        await register_system(conn, system)
        await conn.execute("SELECT exports.open_region(%s)", [system.region])
    await database.close()


def _rows(server: EmbeddedPostgres, database: str) -> dict[str, tuple[int, str]]:
    """table → (rows, a sum of their values) but for public ids, which are random in every run."""
    found = {}
    with psycopg.connect(server.url(database), autocommit=True) as conn:
        for table in (
            *(f"people.{table}" for table in TABLES),
            *(f"exports.undo_{table}" for table in TABLES),
            *(f"exports.staging_{table}_r{REGION}" for table in TABLES),
        ):
            lines = conn.execute(
                f"SELECT to_jsonb(row) - 'public_id' FROM {table} row ORDER BY id"
            ).fetchall()
            digest = hashlib.sha256(repr(lines).encode()).hexdigest()
            found[table] = (len(lines), digest)
    return found


if __name__ == "__main__":
    sys.exit(main())
