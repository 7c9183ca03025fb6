"""The nginx configuration of docs/operations, run before a portal; skipped where nginx isn't there."""

import asyncio
import contextlib
import os
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.connector.sdk.test_http_client import certificate_for
from tests.portal.conftest import OpenWorld, free_port

CONFIGURATION = Path(__file__).resolve().parents[2] / "docs" / "operations" / "nginx.conf"
NGINX = os.environ.get("MYEDU_NGINX") or shutil.which("nginx")
FOLDERS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")

FORM = "POST /view HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\na"

pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not there; MYEDU_NGINX may name it")


class Proxy:
    """The address by https and http, and what trusts its certificate."""

    def __init__(self, https: int, http: int, trust: ssl.SSLContext) -> None:
        self.url, self.http, self.port, self.trust = f"https://localhost:{https}", http, https, trust


def configured(folder: Path, portal: int, https: int, http: int) -> str:
    certificate = certificate_for("localhost", folder)
    changes = {
        "127.0.0.1:8000": f"127.0.0.1:{portal}",
        "listen 80": f"listen 127.0.0.1:{http}",
        "listen 443": f"listen 127.0.0.1:{https}",
        "edu.example;": "localhost;",
        "/etc/ssl/edu.example.pem": str(certificate),
        "/etc/ssl/private/edu.example.key": str(certificate),
    }
    text = CONFIGURATION.read_text()
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    text = text.replace("timeout 10s", "timeout 1s").replace("timeout 20s", "timeout 1s")  # for the test
    # Where a program that nobody installed may write.
    paths = "".join(f"{name}_temp_path {folder}/{name};" for name in FOLDERS)
    begin = f"daemon off; pid {folder}/pid; error_log {folder}/errors;\n"
    return begin + text.replace("http {", f"http {{ {paths}")


@pytest.fixture(scope="module")
async def proxy(open_world: OpenWorld, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Proxy]:
    folder, https, http = tmp_path_factory.mktemp("nginx"), free_port(), free_port()
    async with open_world() as world:
        portal = int(world.url.rpartition(":")[2])
        (folder / "nginx.conf").write_text(configured(folder, portal, https, http))
        assert NGINX is not None
        program = subprocess.Popen(  # noqa: ASYNC220 - starts at once
            [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", "user root;"]
            if os.geteuid() == 0
            else [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf")]
        )
        try:
            async with asyncio.timeout(20):
                while not (folder / "pid").exists():
                    assert program.poll() is None, (folder / "errors").read_text()
                    await asyncio.sleep(0.05)
            context = ssl.create_default_context(cafile=str(folder / "localhost.pem"))
            yield Proxy(https, http, context)
        finally:
            program.terminate()
            await asyncio.to_thread(program.wait, 20)


async def test_pages_come_over_https(proxy: Proxy) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.get(proxy.url, ssl=proxy.trust) as page:
            assert page.status == 200
            assert "Моё образование" in await page.text()
        async with session.get(f"http://127.0.0.1:{proxy.http}/view?a=1", allow_redirects=False) as answer:
            assert (answer.status, answer.headers["location"]) == (301, "https://127.0.0.1/view?a=1")


async def test_many_readers_behind_one_proxy_are_not_shut_out(proxy: Proxy) -> None:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, ssl=proxy.trust)) as session:

        async def status() -> int:
            async with session.get(f"{proxy.url}/health") as answer:
                return answer.status

        for _ in range(3):
            assert set(await asyncio.gather(*(status() for _ in range(100)))) == {200}


async def test_a_strangers_upload_reaches_the_portal_and_is_refused_at_once(proxy: Proxy) -> None:
    url = f"{proxy.url}/exchange/v1/packages/6f1f1e0e-0000-4000-8000-000000000001/persons.csv"
    async with (
        aiohttp.ClientSession() as session,
        session.put(url, data=b"a" * 300_000, ssl=proxy.trust) as answer,
    ):
        assert answer.status == 401
        assert (await answer.json(content_type=None))["code"] == "unauthorized"


@pytest.mark.parametrize(("headers", "size", "status"), [({"X": "a" * 100_000}, 0, 400), ({}, 100_000, 413)])
async def test_what_is_too_large_ends_at_the_proxy(
    proxy: Proxy, headers: dict[str, str], size: int, status: int
) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{proxy.url}/view", data=b"a" * size, headers=headers, ssl=proxy.trust) as answer,
    ):
        assert answer.status == status


@pytest.mark.parametrize("half", ["GET / HTTP/1.1\r\nHo", FORM], ids=["head", "form"])
async def test_half_a_request_ends_at_the_proxy(proxy: Proxy, half: str) -> None:
    reader, writer = await asyncio.open_connection("localhost", proxy.port, ssl=proxy.trust)
    writer.write(half.encode())
    async with asyncio.timeout(30):
        with contextlib.suppress(ConnectionResetError):  # reset_timedout_connection
            assert not (await reader.read()).startswith(b"HTTP/1.1 2")
    writer.close()


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not there")
async def test_http_2(proxy: Proxy, tmp_path: Path) -> None:
    words = ("--silent", "--insecure", "--http2", "--output", str(tmp_path / "page"), "--write-out")
    program = await asyncio.create_subprocess_exec(
        "curl", *words, "%{http_version} %{http_code}", proxy.url, stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await program.communicate()
    assert printed == b"2 200"
