"""A region's night: packages taken in, against a plain COPY of the same rows into tables with the same keys.

Each import is a process of its own (`python -m benchmarks.exports import …`), whose memory is reported.
"""

import argparse
import asyncio
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import msgspec
import psycopg

from benchmarks import packages
from myedu.contract.tables import TABLES, columns
from myedu.kit.clock import SystemClock
from myedu.kit.db import Database
from myedu.kit.migrate import migrate
from myedu.kit.postgres import EmbeddedPostgres
from myedu.portal.exports import service
from myedu.portal.exports.models import LoadContext
from myedu.portal.people.models import System
from myedu.portal.people.service import register_system

FIRST, SECOND, OTHER = "25", "52", "14"  # a region that is not there yet, one that is, and one beside them


class Measured(msgspec.Struct):
    """What an importing process says of itself."""

    state: str
    seconds: float
    peak_mib: float
    cpu: float


def main(arguments: list[str]) -> int:
    options = _options(arguments)
    if options.deed:
        print(msgspec.json.encode(asyncio.run(_deed(*options.deed))).decode())
        return 0
    with tempfile.TemporaryDirectory(dir=options.folder) as name, _database(Path(name)) as url:
        result = _measure(url, Path(name), options.rows)
    print(msgspec.json.encode(result).decode())
    return 0


def _measure(url: str, folder: Path, persons: int) -> dict[str, object]:
    migrate(url, "myedu.portal")
    asyncio.run(_register(url))
    rows = packages.region_rows(persons)
    total = sum(frame.height for frame in rows.values())
    print(f"{persons} persons, {total} rows with their links")
    write = _Writer(folder / "packages")
    _run(url, write(packages.region_rows(max(persons // 4, 1000)), OTHER))
    bad = packages.with_errors(rows)
    plain = write(rows, FIRST)
    copies = [_copy(url, plain)]
    first = _run(url, write(bad, FIRST))
    # The second region has its tables and a few rows already: all new rows go through keys and indexes.
    _run(url, write(packages.region_rows(1000), SECOND, system="b"))
    full_package = write(bad, SECOND)
    full = _run(url, full_package)
    copies.append(_copy(url, plain))
    same = write(packages.stamped(bad, packages.NOW), SECOND)
    unchanged = _run(url, same)
    changed = packages.with_errors(packages.one_percent(rows))
    delta = _run(url, write(changed, SECOND, base=UUID(same.folder.name)))
    rolled_back = _run(url, msgspec.structs.replace(plain, folder=Path("-")))
    copy_s = sum(copies) / len(copies)
    steps = {
        "first_load": first,
        "full": full,
        "unchanged": unchanged,
        "delta1pct": delta,
        "rollback": rolled_back,
    }
    return {
        "name": "exports",
        "rows": persons,
        "copy_s": round(copy_s, 2),
        "full_s": round(full.seconds, 2),
        **{f"{name}_over_copy": round(step.seconds / copy_s, 3) for name, step in steps.items()},
        "peak_rss_mib": round(max(step.peak_mib for step in steps.values())),
    }


class Package(msgspec.Struct, frozen=True):
    system: str
    region: str
    folder: Path


class _Writer:
    """Packages, each an hour newer than the one before."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._at = folder, packages.NOW

    def __call__(
        self, rows: packages.Frames, region: str, *, system: str = "a", base: UUID | None = None
    ) -> Package:
        self._at += timedelta(hours=1)
        folder = packages.write_package(self._folder, rows, region, self._at, base)
        return Package(f"r{region}-{system}", region, folder)


def _run(url: str, package: Package) -> Measured:
    """Take a package in, or roll its region back where the folder is «-», in a process of its own."""
    _settle(url)
    server = _server_cpu(url)
    deed = ["--deed", url, package.system, package.region, str(package.folder)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "exports", *deed], stdout=subprocess.PIPE, check=True
    )
    measured = msgspec.json.decode(done.stdout, type=Measured)
    cpu = f"CPU {measured.cpu:.2f} + server {_server_cpu(url) - server:.2f} s"
    line = f"{measured.state:12} {measured.seconds:7.2f} s, {cpu}, {measured.peak_mib:5.0f} MiB"
    print(f"{package.system} {line}", flush=True)
    return measured


async def _deed(url: str, system: str, region: str, folder: str) -> Measured:
    database = await Database.open(url, max_size=2, name="benchmark")
    context = LoadContext(database, SystemClock(), Path(tempfile.gettempdir()))
    began, cpu = time.perf_counter(), time.process_time()
    if folder == "-":
        report = await service.roll_back(context, region)
    else:
        report = await service.load_folder(context, system, Path(folder))
    seconds = time.perf_counter() - began
    await database.close()
    if report.state not in ("applied", "rolled-back"):
        raise SystemExit(f"{report.state}: {report.reason}")
    return Measured(report.state, seconds, _peak_mib(), cpu=time.process_time() - cpu)


def _peak_mib() -> float:
    """The most memory that this process had. Not getrusage: that counts the parent at the fork too."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def _copy(url: str, package: Package) -> float:
    """Seconds of COPY into tables with the keys and indexes of people's; they are dropped afterwards."""
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("CREATE SCHEMA plain")
        for table in TABLES:
            conn.execute(f"CREATE TABLE plain.{table} (LIKE people.{table} INCLUDING ALL)")
            # A file has neither; the file's flag of a tombstone has no place in a table of rows.
            conn.execute(f"ALTER TABLE plain.{table} ALTER region SET DEFAULT '{package.region}'")
            conn.execute(f"ALTER TABLE plain.{table} ALTER system_id SET DEFAULT '{package.system}'")
            conn.execute(f"ALTER TABLE plain.{table} ADD deleted text")
        _settle(url)
        began, server = time.perf_counter(), _server_cpu(url)
        with conn.transaction():
            for table in TABLES:
                with (package.folder / f"{table}.csv").open("rb") as file, conn.cursor() as cursor:
                    names = ", ".join(columns(table))
                    statement = f"COPY plain.{table} ({names}) FROM STDIN (FORMAT csv, HEADER)"
                    with cursor.copy(statement) as copy:
                        while piece := file.read(1024 * 1024):
                            copy.write(piece)
        seconds = time.perf_counter() - began
        conn.execute("DROP SCHEMA plain CASCADE")
    print(f"COPY {seconds:.2f} s, server's CPU {_server_cpu(url) - server:.2f} s", flush=True)
    return seconds


def _server_cpu(url: str) -> float:
    """CPU seconds of PostgreSQL's processes so far, ended ones too; 0 where it runs elsewhere.

    Beside other work a step's share of CPU says more than its share of time.
    """
    with psycopg.connect(url, autocommit=True) as conn:
        try:
            postmaster = int(_stat(conn.info.backend_pid)[1])
            live = [one for one in _processes() if int(one[1]) == postmaster]
            ended = _stat(postmaster)[13:15]
        except FileNotFoundError:
            return 0.0
    ticks = sum(int(ticks) for one in live for ticks in one[11:13]) + sum(map(int, ended))
    return ticks / os.sysconf("SC_CLK_TCK")


def _processes() -> Iterator[list[str]]:
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            yield _stat(int(path.name))


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name: state, parent, …; 11 and 12 are CPU ticks, the next two
    those of children that have ended."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _settle(url: str) -> None:
    """What was written before is not paid for by what is measured next: between two nights lies a day, in
    which autovacuum and checkpoints have come by."""
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("VACUUM")
        conn.execute("CHECKPOINT")


async def _register(url: str) -> None:
    database = await Database.open(url, max_size=1)
    now = SystemClock().now()
    async with database.transaction() as conn:
        for region, name in ((FIRST, "a"), (SECOND, "a"), (SECOND, "b"), (OTHER, "a")):
            one = System(
                id=f"r{region}-{name}", region=region, name="Замер", base_url="http://127.0.0.1:1",
                client_id="portal", registered_at=now,
            )  # fmt: skip
            await register_system(conn, one)
    await database.close()


@contextlib.contextmanager
def _database(folder: Path) -> Iterator[str]:
    """A new database on the server of MYEDU_DATABASE_URL, or on an embedded one."""
    name = f"myedu_bench_{os.getpid()}"
    given = os.environ.get("MYEDU_DATABASE_URL")
    if given is None:
        with EmbeddedPostgres(folder / "postgres") as server:
            server.create_database(name)
            yield server.url(name)
        return
    with psycopg.connect(given, autocommit=True) as conn:
        conn.execute(f"CREATE DATABASE {name}")
        yield urlunsplit(urlsplit(given)._replace(path=f"/{name}"))
        conn.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks exports", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="persons; their links come with them")
    parser.add_argument("--folder", type=Path, help="for packages and the embedded server")
    parser.add_argument("--deed", nargs=4, help=argparse.SUPPRESS)
    return parser.parse_args(arguments)
