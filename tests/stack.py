"""The whole stack as programs of this machine, on the tests' PostgreSQL."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import psycopg
from psycopg import sql

from myedu.demo.stack import Options, Stack, run_stack
from myedu.kit.clock import SystemClock
from tests.conftest import Server

FRESH_SECONDS = 1
"""A copy older than this is refreshed: tests wait this long for a journal's changes."""
REAL_DATA = Path(
    os.environ.get("MYEDU_REAL_DATA", Path(__file__).resolve().parents[2] / "shared" / "data")
).absolute()
"""Recorded answers; if the folder is absent, sample answers take their place."""


@contextlib.contextmanager
def running_stack(postgres: Server, folder: Path) -> Iterator[Stack]:
    """Portal, ESIA sandbox, two generated journals as of today, «Сетевой город»."""
    options = Options(
        folder=folder,
        real_data=REAL_DATA,
        today=SystemClock().now().date(),
        database_url=postgres.url("postgres"),
        port=0,
        databases=f"country_{os.getpid()}",  # parallel processes of pytest may share one server
    )
    # The programs inherit this environment; the stack has no option for these settings.
    settings = {"MYEDU_FRESH_SECONDS": str(FRESH_SECONDS), "MYEDU_DEADLINE_SECONDS": "5"}
    try:
        with mock.patch.dict(os.environ, settings), run_stack(options, say=print) as stack:
            yield stack
    finally:
        _drop(postgres, f"{options.databases}\\_%")


def _drop(postgres: Server, pattern: str) -> None:
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as conn:
        for (name,) in conn.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [pattern]):
            conn.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
