"""A real server on a real socket."""

import asyncio
import socket
import subprocess
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

import myedu.kit.serve
from myedu.kit.serve import ServeError, serving


async def hello(request: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")


def application(events: list[str]) -> Starlette:
    @asynccontextmanager
    async def lifespan(app: Starlette):
        events.append("start")
        yield
        events.append("stop")

    return Starlette(routes=[Route("/", hello)], lifespan=lifespan)


async def get(url: str) -> str:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        assert "server" not in response.headers
        return await response.text()


async def test_it_serves_until_the_block_ends():
    events: list[str] = []
    async with serving(application(events)) as url:
        assert url.startswith("http://127.0.0.1:")
        assert await get(url) == "hello"
        assert events == ["start"]
    assert events == ["start", "stop"]
    with pytest.raises(aiohttp.ClientConnectorError):
        await get(url)


async def test_several_servers_and_a_chosen_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = Starlette(routes=[Route("/", hello)])
    async with serving(app, port=port) as first, serving(app, host="::1") as second:
        assert first == f"http://127.0.0.1:{port}"
        assert second.startswith("http://[::1]:")
        assert await asyncio.gather(get(first), get(second)) == ["hello", "hello"]
        with pytest.raises(OSError, match="in use"):
            async with serving(app, port=port):
                pass


async def test_it_stops_with_a_connection_open():
    app = Starlette(routes=[Route("/", hello)])
    async with aiohttp.ClientSession() as session, serving(app) as url, session.get(url) as response:
        assert await response.text() == "hello"


async def test_an_application_that_fails_at_start_is_reported(caplog: pytest.LogCaptureFixture):
    async def failing(scope, receive, send):
        raise OSError("no database")

    with pytest.raises(ServeError, match="did not start"):
        async with serving(failing):
            pass
    assert "no database" in caplog.text


def test_a_program_serves_until_it_is_stopped(tmp_path: Path):
    (tmp_path / "kit_serve_sample.py").write_text(
        "from starlette.applications import Starlette\n"
        "def make():\n"
        "    async def lifespan(app):\n"
        "        print('up', flush=True)\n"
        "        yield\n"
        "        print('down', flush=True)\n"
        "    from contextlib import asynccontextmanager\n"
        "    return Starlette(lifespan=asynccontextmanager(lifespan))\n"
    )
    code = "from myedu.kit.serve import run; run('kit_serve_sample:make', host='127.0.0.1', port=0)"
    program = subprocess.Popen(
        [sys.executable, "-c", code], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert program.stdout is not None
    assert program.stdout.readline() == "up\n"
    program.terminate()
    out, err = program.communicate(timeout=60)
    assert (out, err) == ("down\n", "")


def test_every_program_serves_with_bounds():
    """Only these files may start uvicorn; all others call them, so that every server has the bounds."""
    source = Path(myedu.kit.serve.__file__).parents[1]
    found = {
        str(file.relative_to(source))
        for file in source.rglob("*.py")
        if any(line.startswith(("import uvicorn", "from uvicorn")) for line in file.read_text().splitlines())
    }
    assert found == {"kit/serve.py", "kit/worker.py", "kit/bounded_protocol.py"}


async def test_a_long_header_is_refused_everywhere():
    async with serving(Starlette(routes=[Route("/", hello)])) as url, aiohttp.ClientSession() as session:
        async with session.get(url, headers={"x": "a" * 40_000}) as response:
            assert response.status == 431
        async with session.get(url, headers={"x": "a" * 20_000}) as response:
            assert response.status == 200
