"""The storm of 1 September in a few seconds: not timed, but every request gets a proper answer."""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from benchmarks import storm
from benchmarks.storm_world import World, world
from tests.conftest import Server

SECONDS = 3


@pytest.fixture
def place(postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A portal that admits four requests at a time, so that any machine is too small for the storm."""
    monkeypatch.setenv("MYEDU_REQUESTS_AT_ONCE", "4")
    monkeypatch.setenv("MYEDU_DATABASE_CONNECTIONS", "2")
    names, url = f"storm_{os.getpid()}", postgres.url("postgres")
    with world(tmp_path, mothers=8, workers=2, database_url=url, say=print, databases=names) as opened:
        yield opened
    with psycopg.connect(url, autocommit=True) as conn:
        for name in (f"{names}_portal", f"{names}_journal"):
            conn.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


async def test_in_a_storm_every_request_is_answered(place: World) -> None:
    plan = storm.Plan(rate=8, times=25, before=1, storm=SECONDS, after=1)
    answers, late_ms = await storm.storm(place, plan)
    assert {answer.status for answer in answers} <= {200, 302, 303, 503}
    assert all(answer.honest for answer in answers)  # each 503 has Retry-After and an explanation
    result = storm.result(plan, answers, late_ms)
    assert result["let_in"] > 0
    assert result["refused_503"] > 0
    assert await storm.answers_again(place)
    log = place.portal_log.read_text()
    assert "Traceback" not in log
    assert "ended by itself" not in log


def test_visitors_come_independently_and_as_many_as_planned() -> None:
    plan = storm.Plan(rate=10, times=50, before=10, storm=60, after=10)
    times = list(storm.arrivals(plan, storm.random.Random(3)))
    assert times == sorted(times)
    during = sum(10 <= at < 70 for at in times)
    assert 0.97 < during / (10 * 50 * 60) < 1.03
    assert times[-1] < 80


def test_recovery_is_the_end_of_the_last_bad_second_after_the_storm() -> None:
    def answer(at: float, status: int = 200, seconds: float = 0.01) -> storm.Answer:
        return storm.Answer(at, "first-page", status, seconds)

    usual = [answer(float(n)) for n in range(10)]
    calm = [answer(60.0 + n / 2) for n in range(20)]
    slow = [answer(62.1, seconds=0.5), answer(62.6, seconds=0.5)]
    assert storm.recovery([*usual, *calm], usual, 60) == 0
    assert storm.recovery([*calm, answer(61.5, 503)], usual, 60) == 2
    assert storm.recovery([*calm, *slow], usual, 60) == 3
    assert storm.recovery([*calm, slow[0]], usual, 60) == 0, "one slow request is no storm"
    assert storm.recovery([*calm, answer(69.0, 503)], usual, 60) is None
    assert storm.recovery(usual, usual, 60) is None
