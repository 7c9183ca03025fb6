"""The whole chain as programs of this machine, on the tests' PostgreSQL."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import psycopg
from psycopg import sql

from myedu.demo.machine import Machine, Options, machine
from myedu.kit.clock import SystemClock
from tests.conftest import Server

FRESH_SECONDS = 1
"""A copy older than this is asked for again: tests wait this long for a journal's news."""
REAL_DATA = Path(
    os.environ.get("MYEDU_REAL_DATA", Path(__file__).resolve().parents[2] / "shared" / "data")
).absolute()
"""Recorded answers; where the folder is absent, the machine generates them."""


@contextlib.contextmanager
def running_machine(postgres: Server, folder: Path) -> Iterator[Machine]:
    """Portal, sandbox, two generated journals, «Сетевой город»; a region is generated as of today."""
    options = Options(
        folder=folder,
        real_data=REAL_DATA,
        today=SystemClock().now().date(),
        database_url=postgres.url("postgres"),
        any_ports=True,
        databases=f"country_{os.getpid()}",  # parallel processes of pytest may share one server
    )
    # The programs inherit our environment, and the machine has no setting of its own for this.
    settings = {"MYEDU_FRESH_SECONDS": str(FRESH_SECONDS), "MYEDU_DEADLINE_SECONDS": "5"}
    try:
        with mock.patch.dict(os.environ, settings), machine(options, say=print) as running:
            yield running
    finally:
        _drop(postgres, f"{options.databases}\\_%")


def _drop(postgres: Server, pattern: str) -> None:
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as conn:
        for (name,) in conn.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [pattern]):
            conn.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
