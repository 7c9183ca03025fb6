"""`myedu sandbox` with the project that `myedu connector new` writes: from nothing to the family's week."""

import contextlib
import html
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import date, timedelta
from pathlib import Path
from time import monotonic, sleep

import aiohttp
import psycopg
import pytest
from psycopg import sql

from myedu.connector.new.project import write_project
from myedu.demo.sandbox import Options, VendorSandbox, run_sandbox
from myedu.kit.web.forms import csrf_token
from myedu.portal.operators import links
from myedu.portal.signed_in import SESSION_COOKIE
from tests.conftest import Server
from tests.demo.conftest import text_of, until
from tests.portal.browser import Browser, Page
from tests.portal.conftest import free_port

PARENT, CHILD, SUBJECT = "Соколова Мария Сергеевна", "Анна", "Алгебра"


@pytest.fixture(scope="module")
def sandbox(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[VendorSandbox]:
    database = f"sandbox_{os.getpid()}"
    options = Options(
        folder=tmp_path_factory.mktemp("sandbox"),
        database_url=postgres.url("postgres"),
        port=0,
        database=database,
    )
    try:
        with run_sandbox(options) as sandbox:
            yield sandbox
    finally:
        with psycopg.connect(postgres.url("postgres"), autocommit=True) as conn:
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            conn.execute(drop.format(sql.Identifier(database)))


@pytest.fixture(scope="module")
def journal(sandbox: VendorSandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The vendor's connector as it is served; its address."""
    folder = write_project("mysystem", tmp_path_factory.mktemp("vendor"))
    subprocess.run([sys.executable, "sample.py"], cwd=folder, check=True, capture_output=True)
    port = free_port()
    serve = ("connector", "serve", "--port", str(port), "--clients", f"portal={sandbox.portal_key}")
    with (folder / "serve.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "myedu.cli", *serve], cwd=folder, stdout=log, stderr=log
        )
    try:
        _wait_for_package(folder, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _wait_for_package(folder: Path, process: "subprocess.Popen[bytes]") -> None:
    """`serve` writes its first package when it starts."""
    deadline = monotonic() + 30
    while not list(folder.glob("exports/*/manifest.json")):
        assert process.poll() is None, (folder / "serve.log").read_text()
        assert monotonic() < deadline, (folder / "serve.log").read_text()
        sleep(0.1)


@contextlib.asynccontextmanager
async def browser_of(sandbox: VendorSandbox) -> AsyncIterator[Browser]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield Browser(session, sandbox.portal)


async def test_from_registering_to_the_familys_week(sandbox: VendorSandbox, journal: str) -> None:
    async with browser_of(sandbox) as browser:
        choice = await browser.get(links.VENDOR_SANDBOX)
        (form,) = [form for form in choice.forms if form.action == "/login"]
        assert [button for button in form.buttons if button[0] == "oid"] == [
            ("oid", str(sandbox.operator.oid))
        ]
        page = await browser.press(choice, action="/login", button=("oid", str(sandbox.operator.oid)))
        assert page.h1 == "Стенд поставщика"
        await register(browser, journal)
        await take_in(browser)
        page = await browser.get(f"{links.vendor_system('mysystem')}?begins=Сокол")
        assert page.html.count(PARENT) > 0
        parent = next(
            form.fields["person"]
            for form in page.forms
            if form.action == links.accounts("mysystem") and form.fields["person"] == "4"
        )
        page = await send(browser, links.accounts("mysystem"), {"person": parent})
        assert page.h1 == "Учётная запись готова"
    async with browser_of(sandbox) as browser:
        choice = await browser.get("/enter")
        assert PARENT in choice.html
        (form,) = [form for form in choice.forms if form.action == "/login"]
        (parent,) = [button for button in form.buttons if button[1] not in ("1", str(sandbox.operator.oid))]
        family = await browser.press(choice, action="/login", button=(parent[0] or "", parent[1] or ""))
        assert CHILD in family.html
        assert SUBJECT in text_of(await week_of_the_child(browser, family))


async def register(browser: Browser, journal: str) -> None:
    page = await send(
        browser,
        links.VENDOR_SANDBOX,
        {
            "system": "mysystem",
            "region": "25",
            "name": "Журнал посёлка Лазурный",
            "base_url": journal,
            "client_id": "portal",
        },
    )
    assert page.url.endswith(links.vendor_system("mysystem"))


async def take_in(browser: Browser) -> None:
    """Ask for the export and look at the page until it says how it ended."""
    page = await browser.get(links.vendor_system("mysystem"))
    await browser.press(page, action=links.pull_now("mysystem"))

    async def ended() -> bool:
        return "применён" in (await browser.get(links.vendor_system("mysystem"))).html

    assert await until(ended)


async def week_of_the_child(browser: Browser, family: Page) -> Page:
    """The child's last whole week: it has lessons, whatever day it is."""
    place = html.unescape(family.html).partition('"/c/')[2].partition("/")[0]
    monday = date.today() - timedelta(days=date.today().weekday() + 7)  # noqa: DTZ011 - as sample.py counts
    page = await browser.get(f"/c/{place}/week/{monday}")
    assert page.status == 200
    return page


async def send(browser: Browser, path: str, fields: dict[str, str]) -> Page:
    token = browser.cookie(SESSION_COOKIE) or ""
    return await browser.post(path, {**fields, "csrf": csrf_token(token)})
