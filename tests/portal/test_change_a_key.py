"""docs/operations/change-a-key.md: its commands, on a portal that serves a family and people who sign in."""

import asyncio
import contextlib
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from uuid import UUID

import aiohttp
import msgspec
import psycopg
import pytest

from myedu.connector.sdk.server import RegisteredClient as JournalsClient
from myedu.connector.sdk.server import connector_app
from myedu.esia.sandbox import RegisteredClient, SandboxSettings, build_sandbox
from myedu.esia.signing import KeyFiles, make_rsa_keys
from myedu.kit.clock import SystemClock
from myedu.kit.db import Database
from myedu.kit.encryption import new_key
from myedu.kit.serve import serving
from tests.portal.browser import Browser
from tests.portal.conftest import Keys, free_port, sign_in
from tests.portal.diary.conftest import MOTHER, OUTSIDER, SchoolOfToday, write_export
from tests.portal.journal import CLIENT_ID, Journal, a_journal, public_key_of
from tests.portal.test_main import environment, wait_until_ready, whole

PAGE = Path(__file__).resolve().parents[2] / "docs" / "operations" / "change-a-key.md"
SECONDS = 120


def commands(heading: str) -> list[str]:
    """The shell blocks below a heading of the page, in their order."""
    section = PAGE.read_text(encoding="utf-8").split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"```sh\n(.*?)```", section, flags=re.DOTALL)


class Stand(msgspec.Struct):
    """A portal of two workers, its keys as files, and who asks it while they change."""

    url: str
    metrics: str
    database: Database
    log: Path
    process: "subprocess.Popen[bytes]"
    folder: Path
    clients: Path
    journals: tuple[Journal, Journal]
    mother: Browser
    maria: UUID
    new_esia: KeyFiles
    seen: list[str] = []
    replaced: int = 0

    async def run(self, block: str, *, replaces: bool = True, **variables: Path | str) -> None:
        """Run a block of the page; wait until every worker is another process."""
        done = await asyncio.to_thread(
            subprocess.run,
            ["bash", "-ceu", block],
            env={**os.environ, "PORTAL": str(self.process.pid), **{k: str(v) for k, v in variables.items()}},
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        assert done.returncode == 0, done.stderr
        if replaces:
            self.replaced += 1
            await self.logged("every worker was replaced", self.replaced)

    async def logged(self, sentence: str, times: int = 1) -> None:
        async with asyncio.timeout(SECONDS):
            while self.log.read_text().count(sentence) < times:  # noqa: ASYNC110 - another process writes it
                await asyncio.sleep(0.1)

    def restart_journals(self) -> None:
        """With the public keys that stand in the client's file now."""
        for journal in self.journals:
            journal._app = connector_app(
                journal.school,
                base_url=journal.url,
                clients=[JournalsClient(CLIENT_ID, self.clients.read_text())],
                token_key=bytes(range(32)),
                clock=SystemClock(),
            )

    def count(self, pattern: str) -> float:
        with urllib.request.urlopen(self.metrics, timeout=10) as answer:
            lines = answer.read().decode().splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if re.match(pattern, line))

    async def key_of_copy(self) -> bytes:
        """Which key has encrypted the week that the family reads; others are not read again."""
        async with self.database.connection() as conn:
            row = await (
                await conn.execute(
                    "SELECT substring(body FROM 2 FOR 4) FROM federation.copies"
                    " WHERE student_id = 'maria' AND first_day = '2026-11-23' AND last_day = '2026-11-29'"
                )
            ).fetchone()
        return row[0] if row else b""

    @contextlib.asynccontextmanager
    async def asked(self) -> AsyncIterator[None]:
        """Requests are under way all the time; none may fail, no journal may refuse one."""
        before, until = len(self.seen), asyncio.Event()
        asking = [
            asyncio.create_task(self._family(until)),
            asyncio.create_task(self._family(until)),
            asyncio.create_task(self._visitors(until)),
        ]
        try:
            yield
            await asyncio.sleep(1.5)  # with the last change too
        finally:
            until.set()
            await asyncio.gather(*asking)
        new = self.seen[before:]
        assert new.count("week") > 10
        assert new.count("signed in") > 1
        await asyncio.sleep(1.2)  # the gauges' files
        for bad in (
            r'myedu_journal_calls_total{(?!.*result="good")',
            r'myedu_answers_total{.*outcome="unavailable"',
            r'myedu_requests_total{.*status="5',
            r"myedu_copies_sealed_shut_total",
        ):
            assert await asyncio.to_thread(self.count, bad) == 0, bad

    async def _family(self, until: asyncio.Event) -> None:
        while not until.is_set():
            page = await self.mother.get(f"/c/{self.maria}/week/2026-11-23")
            assert page.status == 200, page.html
            self.seen.append("week")
            await asyncio.sleep(0.05)

    async def _visitors(self, until: asyncio.Event) -> None:
        while not until.is_set():
            jar = aiohttp.CookieJar(unsafe=True)
            async with aiohttp.ClientSession(cookie_jar=jar) as session:
                page = await sign_in(Browser(session, self.url), OUTSIDER)
            assert page.status == 200, page.html
            assert page.url.startswith(self.url)
            assert "error" not in page.url
            self.seen.append("signed in")


def key_files(folder: Path, keys: Keys) -> Path:
    """The folder with a file for each key of a portal."""
    folder.mkdir()
    own = Path(keys.portal.key).read_text()
    certificate = Path(keys.portal.certificate).read_text()
    contents = {"esia.key": own, "esia.pem": certificate, "journal.key": own, "copies.keys": new_key() + "\n"}
    for name, content in contents.items():
        (folder / name).touch(mode=0o600)
        (folder / name).write_text(content)
    return folder


def start(settings: dict[str, str], log: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "myedu.portal", "serve"],
        env=environment(settings),
        stderr=log.open("wb"),
    )


def same(one: Path, other: str) -> bool:
    return one.read_bytes() == Path(other).read_bytes()


@pytest.fixture
async def stand(
    fresh_database: Callable[..., str], portal_keys: Keys, tmp_path: Path
) -> AsyncIterator[Stand]:
    clock, url = SystemClock(), fresh_database("myedu.portal")
    new_esia = make_rsa_keys(tmp_path, "portal-next")
    client = RegisteredClient(
        mnemonic="MYEDU",
        certificate=portal_keys.portal.certificate,
        more_certificates=(new_esia.certificate,),  # uploaded beside the old one
        redirect_domains=("127.0.0.1",),
    )
    sandbox = build_sandbox(SandboxSettings(clients=(client,), token_keys=portal_keys.esia), clock)
    files = key_files(tmp_path / "keys", portal_keys)
    clients = tmp_path / "portal.pem"  # what every journal has of the portal
    clients.write_text(public_key_of((files / "journal.key").read_text()))
    async with contextlib.AsyncExitStack() as stack:
        enter = stack.enter_async_context
        esia_url = await enter(serving(sandbox))
        near, far = [
            await enter(a_journal(SchoolOfToday(pupils, clock), (files / "journal.key").read_text(), clock))
            for pupils in ({"maria", "pavel"}, {"vera"})
        ]
        database = await Database.open(url, max_size=2)
        stack.push_async_callback(database.close)
        maria, *_ = await write_export(database, near, far)
        port, metrics_port, log = free_port(), free_port(), tmp_path / "log"
        settings = {
            **whole(portal_keys, url, port),
            "esia_url": esia_url,
            "esia_key": str(files / "esia.key"),
            "esia_certificate": str(files / "esia.pem"),
            "journal_key": str(files / "journal.key"),
            "copy_keys": str(files / "copies.keys"),
            "allow_private_journals": "true",
            "fresh_seconds": "0",  # every page asks its journal
            "deadline_seconds": "5",
            "metrics_port": str(metrics_port),
            "log_json": "true",
        }
        process = start(settings, log)
        try:
            address = f"http://127.0.0.1:{port}"
            await asyncio.to_thread(wait_until_ready, address, process)
            session = await enter(aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)))
            mother = Browser(session, address)
            assert (await sign_in(mother, MOTHER)).status == 200
            metrics = f"http://127.0.0.1:{metrics_port}/metrics"
            found = Stand(
                address, metrics, database, log, process, files, clients, (near, far), mother, maria, new_esia
            )
            await found.logged("2 workers are ready")
            yield found
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


async def test_the_key_of_copies_is_changed_under_way(stand: Stand) -> None:
    add, put_first, drop = commands("Of kept answers")
    file = stand.folder / "copies.keys"
    async with stand.asked():
        await asyncio.sleep(0.5)
        old = await stand.key_of_copy()
        assert old
        await stand.run(add, KEYS=file)
        assert (len(file.read_text().split()), await stand.key_of_copy()) == (2, old)
        await stand.run(put_first, KEYS=file)
        await asyncio.sleep(1)
        assert await stand.key_of_copy() != old
        await stand.run(drop, KEYS=file)
        assert len(file.read_text().split()) == 1
    assert file.stat().st_mode & 0o777 == 0o600


async def test_the_key_at_the_journals_is_changed_under_way(stand: Stand) -> None:
    make, add, replace, take_out = commands("At the journals")
    names = {"KEY": stand.folder / "journal.key", "CLIENT": stand.clients}
    old = (stand.folder / "journal.key").read_text()
    async with stand.asked():
        await asyncio.sleep(0.5)
        await stand.run(make, replaces=False, **names)
        await stand.run(add, replaces=False, **names)
        stand.restart_journals()
        await stand.run(replace, **names)
        await stand.run(take_out, replaces=False, **names)
        stand.restart_journals()
    assert (stand.folder / "journal.key").read_text() != old
    assert public_key_of(old) not in stand.clients.read_text()


async def test_the_key_and_certificate_at_esia_are_changed_under_way(stand: Stand) -> None:
    (replace,) = commands("At ESIA")
    async with stand.asked():
        await asyncio.sleep(0.5)
        await stand.run(
            replace,
            KEY=stand.folder / "esia.key",
            CERTIFICATE=stand.folder / "esia.pem",
            NEW_KEY=stand.new_esia.key,
            NEW_CERTIFICATE=stand.new_esia.certificate,
        )
    assert same(stand.folder / "esia.key", stand.new_esia.key)


async def test_a_wrong_new_key_replaces_no_worker(stand: Stand) -> None:
    """Two files that don't belong together: the old workers go on, and the log says why."""
    async with stand.asked():
        await stand.run(
            'cp "$NEW" "$FILE"',
            NEW=stand.new_esia.certificate,
            FILE=stand.folder / "esia.pem",
            replaces=False,
        )
        stand.process.send_signal(signal.SIGHUP)
        await stand.logged("the other workers stay as they are")
    assert "every worker was replaced" not in stand.log.read_text()


async def test_all_sessions_are_ended_by_one_statement(stand: Stand) -> None:
    section = PAGE.read_text(encoding="utf-8").split("## Cookies and forms\n", 1)[1]
    (statement,) = re.findall(r"```sql\n(.*?)```", section.split("\n## ", 1)[0], re.DOTALL)
    async with stand.database.connection() as conn:
        await conn.execute(statement)
    location = await stand.mother.location_of(f"/c/{stand.maria}/week/2026-11-23")
    assert location.startswith("/enter?")
    async with await psycopg.AsyncConnection.connect(stand.database._pool.conninfo) as conn:
        assert await (await conn.execute("SELECT count(*) FROM identity.login_sessions")).fetchone() == (0,)
