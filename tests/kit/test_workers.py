"""Real worker processes on a real socket, replaced while requests come."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from myedu.kit.serve import ServeError, listen
from tests.processes import family_of, still_run

APP = """
import asyncio, os, pathlib
from contextlib import asynccontextmanager
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

async def who(request):
    await asyncio.sleep(float(request.query_params.get("wait", 0)))
    return PlainTextResponse(str(os.getpid()))

@asynccontextmanager
async def lifespan(app):
    if pathlib.Path("broken").exists():
        raise RuntimeError("a broken release")
    yield

def make():
    return Starlette(routes=[Route("/", who)], lifespan=lifespan)
"""
PARENT = """
import asyncio, logging, sys
from myedu.kit.serve import ServeError, listen
from myedu.kit.workers import Workers
logging.basicConfig(level=logging.INFO)
gone = lambda pid: print("gone", pid, flush=True)
try:
    listener = listen("127.0.0.1", int(sys.argv[1]))
    asyncio.run(Workers("sample_app:make", listener, int(sys.argv[2]), gone).run())
except ServeError as error:
    sys.exit(str(error))
"""

# Passes the socket as systemd does, and becomes the program.
AS_SYSTEMD = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ |= {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1"}
os.execv(sys.executable, [sys.executable, "-c", *sys.argv[2:]])
"""


class Served:
    """The parent of the workers and its address."""

    def __init__(self, folder: Path, workers: int) -> None:
        (folder / "sample_app.py").write_text(APP)
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/"
        self.process = subprocess.Popen(
            [sys.executable, "-c", PARENT, str(port), str(workers)],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), *sys.path])},
            stdout=subprocess.PIPE,
            stderr=(folder / "log").open("wb"),
            text=True,
        )

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    async def until(self, sentence: str) -> None:
        async with asyncio.timeout(60):
            while sentence not in self.log:  # noqa: ASYNC110 - another process writes it
                await asyncio.sleep(0.05)

    async def ready(self) -> set[str]:
        """Some of the workers, when all are ready."""
        await self.until("workers are ready")
        return {await self.ask(wait=0) for _ in range(2)}

    async def ask(self, wait: float) -> str:
        async with (
            asyncio.timeout(60),
            aiohttp.ClientSession() as session,
            session.get(self.url, params={"wait": str(wait)}) as answer,
        ):
            return await answer.text()


@contextlib.contextmanager
def served(folder: Path, workers: int = 2) -> Iterator[Served]:
    server = Served(folder, workers)
    family = set()
    try:
        yield server
        family = family_of(server.process.pid)
    finally:
        if server.process.poll() is None:
            server.process.terminate()
        server.process.wait(timeout=30)
        assert server.process.stdout is not None
        server.process.stdout.close()
    assert still_run(family) == []


async def people(served: Served, kept: bool, until: asyncio.Event, pids: set[str]) -> int:
    """Send requests one after another, on a kept or on new connections; how many. None may fail."""
    answered = 0
    # aiohttp repeats a request if a kept connection was cut; a visitor's POST would be lost.
    connector = aiohttp.TCPConnector(force_close=not kept)
    async with aiohttp.ClientSession(connector=connector) as session:
        session._retry_connection = False
        while not until.is_set():
            async with session.get(served.url, params={"wait": "0.01"}) as answer:
                assert answer.status == 200
                pids.add(await answer.text())
            answered += 1
    return answered


@pytest.mark.parametrize("workers", [1, 2])
async def test_replacing_workers_loses_no_request(tmp_path: Path, workers: int) -> None:
    with served(tmp_path, workers) as server:
        before = await server.ready()
        until, pids = asyncio.Event(), set()
        asking = [asyncio.create_task(people(server, n % 2 == 0, until, pids)) for n in range(10)]
        slow = asyncio.create_task(server.ask(wait=2))
        await asyncio.sleep(0.5)
        server.process.send_signal(signal.SIGHUP)
        await server.until("every worker was replaced")
        until.set()
        answered = await asyncio.gather(*asking)
        assert min(answered) > 0
        assert (await slow) in pids
        after = {await server.ask(wait=0) for _ in range(4)}
        assert not after & before
        assert len(pids) > len(after)


async def test_a_release_that_does_not_start_replaces_no_worker(tmp_path: Path) -> None:
    with served(tmp_path) as server:
        before = await server.ready()
        (tmp_path / "broken").touch()
        server.process.send_signal(signal.SIGHUP)
        await server.until("the other workers stay as they are: a worker did not start")
        assert await server.ask(wait=0)
        (tmp_path / "broken").unlink()
        server.process.send_signal(signal.SIGHUP)
        await server.until("every worker was replaced")
        assert (await server.ask(wait=0)) not in before


async def test_a_worker_that_ends_by_itself_is_started_again(tmp_path: Path) -> None:
    with served(tmp_path, workers=1) as server:
        (pid,) = await server.ready()
        os.kill(int(pid), signal.SIGKILL)
        assert (await server.ask(wait=0)) != pid  # it waits in the socket until a worker is there
        await server.until(f"worker {pid} ended by itself with -9")


async def test_stopping_finishes_requests_under_way(tmp_path: Path) -> None:
    with served(tmp_path) as server:
        await server.ready()
        slow = asyncio.create_task(server.ask(wait=1.5))
        await asyncio.sleep(0.5)
        began = time.monotonic()
        server.process.terminate()
        assert await slow
        assert server.process.wait(timeout=20) == 0
        assert time.monotonic() - began < 6
        assert server.process.stdout is not None
        assert server.process.stdout.read().count("gone ") == 2


async def test_workers_end_with_a_parent_that_was_killed(tmp_path: Path) -> None:
    with served(tmp_path) as server:
        await server.ready()
        family = family_of(server.process.pid)
        server.process.kill()
        async with asyncio.timeout(10):
            while still_run(family):  # noqa: ASYNC110 - other processes
                await asyncio.sleep(0.05)


def test_an_application_that_does_not_start_is_reported(tmp_path: Path) -> None:
    (tmp_path / "broken").touch()
    with served(tmp_path) as server:
        assert server.process.wait(timeout=60) == 1
        assert "a worker did not start: the log above says why" in server.log
        assert "a broken release" in server.log
    (tmp_path / "broken").unlink()


async def test_a_port_in_use_is_reported(tmp_path: Path) -> None:
    with served(tmp_path) as server:
        port = server.url.rpartition(":")[2].strip("/")
        await server.ready()
        with pytest.raises(ServeError, match=f"can't listen on 127.0.0.1, port {port}: "):
            listen("127.0.0.1", int(port))


async def test_a_socket_that_systemd_passes_on_is_used(tmp_path: Path) -> None:
    (tmp_path / "sample_app.py").write_text(APP)
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
        waiting = asyncio.create_task(asyncio.to_thread(answer_of, port))  # no worker answers yet
        parent = subprocess.Popen(  # noqa: ASYNC220 - starts at once
            [sys.executable, "-c", AS_SYSTEMD, str(held.fileno()), PARENT, "1", "1"],  # not this port
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])},
            pass_fds=(held.fileno(),),
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        try:
            assert (await waiting).isdigit()
        finally:
            parent.terminate()
            await asyncio.to_thread(parent.wait, 30)


def answer_of(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=60) as answer:
        return answer.read().decode()
