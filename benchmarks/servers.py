"""What a benchmark stands on: a database of its own, the portal's settings, one worker of an application."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from myedu.esia.signing import make_rsa_keys
from myedu.kit.postgres import EmbeddedPostgres
from myedu.kit.subprocesses import end_with_parent

SERVE = (
    "import sys; from myedu.kit.serve import run; run(sys.argv[1], host='127.0.0.1', port=int(sys.argv[2]))"
)
PORTAL = "myedu.portal.app:portal_from_environment"
BARE = "benchmarks.bare:app"


@contextlib.contextmanager
def database(folder: Path) -> Iterator[str]:
    """A new database on the server of MYEDU_DATABASE_URL, or on an embedded one."""
    name = f"myedu_bench_{os.getpid()}"
    given = os.environ.get("MYEDU_DATABASE_URL")
    with contextlib.ExitStack() as stack:
        if given is None:
            server = stack.enter_context(EmbeddedPostgres(folder / "postgres"))
            server.create_database(name)
            yield server.url(name)
            return
        with psycopg.connect(given, autocommit=True) as conn:
            conn.execute(f"CREATE DATABASE {name}")
            yield urlunsplit(urlsplit(given)._replace(path=f"/{name}"))
            conn.execute(f"DROP DATABASE {name} WITH (FORCE)")


def portal_settings(url: str, folder: Path, copy_key: str) -> dict[str, str]:
    keys = make_rsa_keys(folder, "portal")
    return {
        "MYEDU_DATABASE_URL": url,
        "MYEDU_BASE_URL": "http://127.0.0.1",
        "MYEDU_ESIA_URL": "http://127.0.0.1:1",
        "MYEDU_ESIA_CLIENT_ID": "MYEDU",
        "MYEDU_ESIA_KEY": str(keys.key),
        "MYEDU_ESIA_CERTIFICATE": str(keys.certificate),
        "MYEDU_ESIA_TOKEN_KEYS": str(keys.certificate),
        "MYEDU_JOURNAL_KEY": str(keys.key),
        "MYEDU_COPY_KEYS": copy_key,
        "MYEDU_FRESH_SECONDS": "86400",  # no copy grows old while we measure
    }


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def served(
    app: str, environment: Mapping[str, str], begin: Callable[[], None] | None = None
) -> Iterator[int]:
    """One worker process; its port. `begin` is its `preexec_fn`."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-c", SERVE, app, str(port)],
        env=environment,
        preexec_fn=begin
        or end_with_parent(signal.SIGTERM),  # a run that is cut short leaves no server behind
    )
    try:
        _wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=10)


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and server.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise SystemExit(f"the server on port {port} did not start: see its words above")
