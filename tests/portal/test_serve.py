"""`myedu portal serve`: workers are replaced under load; their metrics have an address of their own."""

import asyncio
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import msgspec
import pytest

from tests.portal.conftest import Keys, free_port
from tests.portal.test_main import environment, wait_until_ready, whole


class Serving(msgspec.Struct, frozen=True):
    url: str
    metrics: str
    log: Path
    process: "subprocess.Popen[bytes]"

    def count(self, pattern: str) -> float:
        """The sum of the samples of /metrics whose name and labels match the pattern."""
        with urllib.request.urlopen(self.metrics, timeout=10) as answer:
            lines = answer.read().decode().splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if re.match(pattern, line))


@pytest.fixture
def serving(portal_database_url: str, portal_keys: Keys, tmp_path: Path) -> Iterator[Serving]:
    port, metrics_port = free_port(), free_port()
    settings = whole(portal_keys, portal_database_url, port)
    log = tmp_path / "log"
    process = subprocess.Popen(
        [sys.executable, "-m", "myedu.portal", "serve", "--workers", "2"],
        env=environment({**settings, "workers": "1", "metrics_port": str(metrics_port), "log_json": "true"}),
        stderr=log.open("wb"),
    )
    running = Serving(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{metrics_port}/metrics", log, process)
    try:
        wait_until_ready(running.url, process)
        yield running
    finally:
        process.terminate()
        process.wait(timeout=30)


async def readers(serving: Serving, until: asyncio.Event, *, kept: bool) -> int:
    """Open pages, on a kept or on new connections; how many. None may fail."""
    seen = 0
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=not kept)) as session:
        session._retry_connection = False  # a visitor's POST would not be sent again
        while not until.is_set():
            async with session.get(f"{serving.url}/view") as answer:
                assert answer.status == 200
                await answer.read()
            seen += 1
            await asyncio.sleep(0.01)
    return seen


async def test_workers_are_replaced_under_load_and_nothing_is_lost(serving: Serving) -> None:
    await logged(serving, "2 workers are ready")
    until = asyncio.Event()
    reading = [asyncio.create_task(readers(serving, until, kept=n % 2 == 0)) for n in range(6)]
    await asyncio.sleep(0.5)
    serving.process.send_signal(signal.SIGHUP)
    await logged(serving, "every worker was replaced")
    until.set()
    seen = sum(await asyncio.gather(*reading))
    # Of the old workers and the new ones, ended or not.
    counted = await asyncio.to_thread(serving.count, r'myedu_requests_total{.*route="/view".*status="200"')
    assert counted == seen
    workers = {line["worker"] for line in lines(serving) if line["message"] == "request"}
    assert len(workers) == 4
    await asyncio.sleep(1.2)  # the gauges of the new ones
    assert await asyncio.to_thread(serving.count, r"myedu_workers ") == 2


def test_metrics_are_only_on_their_own_address(serving: Serving) -> None:
    for url in (f"{serving.url}/metrics", serving.metrics.replace("/metrics", "/health")):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(url, timeout=10)


def lines(serving: Serving) -> list[dict[str, object]]:
    return [msgspec.json.decode(line) for line in serving.log.read_text().splitlines()]


async def logged(serving: Serving, sentence: str) -> None:
    async with asyncio.timeout(120):
        while sentence not in serving.log.read_text():  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.1)
