"""The programs of a measurement: PostgreSQL with families, a journal, the portal; and which core each has.

One core belongs to the program that is measured, be it the portal, a bare one or a Federation; PostgreSQL,
the journal and the load generator share the other.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from benchmarks.families import Visit
from benchmarks.servers import free_port, portal_settings
from myedu.kit.subprocesses import end_with_parent

MEASURED, OTHERS = 0, 1
"""Cores. On a machine with one both are the same."""
_OURS = sorted(os.sched_getaffinity(0))
_READY_SECONDS = 60


def cores(number: int) -> set[int]:
    """One core, of those that we had when we began."""
    return {_OURS[number % len(_OURS)]}


def pinned(number: int) -> Callable[[], None]:
    """A `preexec_fn`: the child runs on this core and ends with us."""
    core, end = cores(number), end_with_parent(signal.SIGTERM)

    def begin() -> None:
        os.sched_setaffinity(0, core)
        end()

    return begin


@contextlib.contextmanager
def program(
    *arguments: str, on: int | None, ready: str, environment: Mapping[str, str], log: Path
) -> Iterator[None]:
    """`python -m …` on a core (None: on any), ready when the address answers; its output goes to the log."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            env={**os.environ, **environment},
            stdout=output,
            stderr=output,
            preexec_fn=end_with_parent(signal.SIGTERM) if on is None else pinned(on),
        )
    try:
        _wait_for(ready, process, log)
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_for(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + _READY_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5):
            return
        time.sleep(0.05)
    raise SystemExit(f"a program did not start:\n{log.read_text()[-2000:]}")


@contextlib.contextmanager
def a_journal(folder: Path, milliseconds: float, name: str = "journal") -> Iterator[str]:
    """Start the journal; its address without a system's name."""
    url = f"http://127.0.0.1:{free_port()}"
    port = url.rpartition(":")[2]
    arguments = ("-m", "benchmarks.federation.journal", port, str(milliseconds))
    with program(
        *arguments, on=OTHERS, ready=f"{url}/count/none", environment={}, log=folder / f"{name}.log"
    ):
        yield url


@contextlib.contextmanager
def a_portal(folder: Path, name: str, settings: Mapping[str, str], *, on: int | None) -> Iterator[str]:
    """Start `myedu portal serve`; its address."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {**settings, "MYEDU_BASE_URL": url, "MYEDU_PORT": str(port), "MYEDU_LOG_JSON": "true"}
    log = folder / f"{name}.log"
    with program(
        "-m", "myedu.portal", "serve", on=on, ready=f"{url}/ready", environment=environment, log=log
    ):
        yield url


def settings(url: str, folder: Path, copy_key: str) -> dict[str, str]:
    """The portal's settings, with a key of P-256 as the demo makes it."""
    return portal_settings(url, folder, copy_key) | {
        "MYEDU_JOURNAL_KEY": str(folder / "journal.key.pem"),
        "MYEDU_ALLOW_PRIVATE_JOURNALS": "true",
    }


def register(url: str, system: str, journal: str) -> None:
    """Register a system of the journal's program in the families' region."""
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(
            "INSERT INTO people.systems (id, region, name, base_url, client_id, registered_at)"
            " VALUES (%(id)s, '14', 'Журнал', %(base)s, 'portal', %(now)s)"
            " ON CONFLICT (id) DO UPDATE SET base_url = excluded.base_url",
            {"id": system, "base": f"{journal}/{system}", "now": datetime.now(UTC)},
        )


def hand_over(url: str, system: str, visits: list[Visit]) -> None:
    """Move these children to schools of another system."""
    moved = {"system": system, "children": [visit.child for visit in visits]}
    with psycopg.connect(url, autocommit=True) as conn:
        for statement in _HAND_OVER:
            conn.execute(statement, moved)


_HAND_OVER = (
    "INSERT INTO people.organizations (region, system_id, id, name, kind, time_zone, updated_at)"
    " SELECT region, %(system)s, id, name, kind, time_zone, updated_at FROM people.organizations"
    " WHERE system_id = 'bench'",
    "INSERT INTO people.groups (region, system_id, id, organization_id, academic_year, kind, name, grade,"
    " updated_at)"
    " SELECT region, %(system)s, id, organization_id, academic_year, kind, name, grade, updated_at"
    " FROM people.groups WHERE system_id = 'bench'",
    "UPDATE people.enrollments SET system_id = %(system)s WHERE system_id = 'bench' AND person_id IN"
    " (SELECT id FROM people.persons WHERE public_id = ANY (%(children)s))",
    "UPDATE people.guardianships SET system_id = %(system)s WHERE system_id = 'bench' AND child_id IN"
    " (SELECT id FROM people.persons WHERE public_id = ANY (%(children)s))",
    "UPDATE people.persons SET system_id = %(system)s WHERE public_id = ANY (%(children)s)",
)
