"""Proxies that nobody here wrote, before a journal that is gone: what of their error pages is kept."""

import asyncio
import contextlib
import os
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from myedu.kit.clock import FixedClock
from myedu.portal.federation import history
from myedu.portal.federation.history import History
from myedu.portal.federation.models import ReadLimits
from tests.connector.sdk.school import School
from tests.portal.conftest import free_port
from tests.portal.federation.conftest import NOW, Stands, register

NGINX = """daemon off; pid {folder}/pid; error_log {folder}/errors;
events {{ }}
http {{ access_log off; client_body_temp_path {folder}/a; proxy_temp_path {folder}/b;
  fastcgi_temp_path {folder}/c; uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://127.0.0.1:1; }} }} }}
"""
HAPROXY = """defaults
  mode http
  timeout connect 1s
  timeout client 5s
  timeout server 5s
  retries 0
frontend journal
  bind 127.0.0.1:{port}
  default_backend gone
backend gone
  server gone 127.0.0.1:1
"""
PROXIES = {
    "nginx": (NGINX, ("-c",), "failed", 502, "502 Bad Gateway"),
    "haproxy": (HAPROXY, ("-f",), "overloaded", 503, "503 Service Unavailable"),
}


@contextlib.asynccontextmanager
async def running(name: str, folder: Path) -> AsyncIterator[str]:
    """The proxy's address."""
    program = shutil.which(name)
    if program is None:
        pytest.skip(f"{name} is not there")
    configuration, options, *_ = PROXIES[name]
    port, file = free_port(), folder / "configuration"
    file.write_text(configuration.format(folder=folder, port=port))
    extra = ("-p", str(folder), "-g", "user root;") if name == "nginx" and os.geteuid() == 0 else ()
    process = subprocess.Popen([program, *extra, *options, str(file)])  # noqa: ASYNC220 - starts at once
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
                break
            await asyncio.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 20)


@pytest.mark.parametrize("name", PROXIES)
async def test_a_proxys_error_page_is_kept_as_what_it_says(
    stand_of: Stands, name: str, tmp_path: Path
) -> None:
    *_, reason, status, excerpt = PROXIES[name]
    clock = FixedClock(NOW)
    counted = History(clock, b"a key of this test")
    limits = ReadLimits(deadline_seconds=5, flight_seconds=8)
    stand = await stand_of(School(), limits, clock=clock, history=counted)
    async with running(name, tmp_path) as url:
        await register(stand.database, stand.student.system_id, url)
        await stand.read()
    await counted.flush(stand.database)
    async with stand.database.connection() as conn:
        one, *_ = await history.exchanges(conn, stand.student.system_id, None, limit=10)
    assert (one.problem, one.status, one.excerpt) == (reason, status, excerpt)
    assert one.media_type == "text/html"
    # the token was the first thing that the portal asked for; nothing of its form is kept
    assert one.request == "POST /oauth2/token"
    assert "assertion" not in str(one)
