"""What the chaos is tried on: two portals, PostgreSQL, a family for each case, hostile journals."""

import hashlib
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import aiohttp
import msgspec
from prometheus_client.parser import text_string_to_metric_families
from psycopg import AsyncConnection

from myedu.contract.snils import make_snils
from myedu.demo.programs import Program, Supervisor
from myedu.esia.signing import make_rsa_keys
from myedu.kit.db import Database
from myedu.kit.encryption import new_key
from myedu.portal.app import metric_specs
from myedu.portal.people import service as people
from myedu.portal.people.models import System
from tests.chaos_federation.faults import Fault, Place
from tests.chaos_federation.hostile import HostileJournals
from tests.connector.sdk.test_http_client import certificate_for
from tests.portal.browser import Browser
from tests.portal.conftest import Rows, free_port
from tests.portal.federation.test_telemetry import values
from tests.processes import family_of

PUPIL_NAME = "Айталина-Небывалая"
"""May stand in no line of the log."""
_REGION, _BIRTH = "14", date(2012, 5, 5)


class Times(msgspec.Struct, frozen=True):
    """Seconds: a page's deadline, and that of a whole call to a journal."""

    deadline: float
    flight: float


class Case(msgspec.Struct, frozen=True):
    """One fault, without a copy or with one. It has a system, a pupil and a mother of its own."""

    number: int
    fault: Fault
    copied: bool

    @property
    def system(self) -> str:
        """The id of its system."""
        return f"{self.fault.name}-{'copied' if self.copied else 'cold'}"

    @property
    def token(self) -> str:
        """The token of its mother's session."""
        return f"session-of-{self.system}"


class Portal(msgspec.Struct, frozen=True):
    """A portal that runs as a program. `metrics`: the address of /metrics."""

    url: str
    metrics: str
    log: Path
    pid: int

    async def calls(self) -> dict[tuple[str, ...], float]:
        """Calls to journals by (system, method, result), from /metrics."""
        return await self._counted("myedu_journal_calls_total")

    async def statuses(self) -> dict[tuple[str, ...], float]:
        """Requests by (route, method, status)."""
        return await self._counted("myedu_requests_total")

    async def _counted(self, name: str) -> dict[tuple[str, ...], float]:
        async with aiohttp.ClientSession() as session, session.get(self.metrics) as answer:
            families = text_string_to_metric_families(await answer.text())
            return values(families, name, metric_specs())

    def peak_mib(self) -> float:
        """The peak memory of the largest of its processes, in MiB."""
        peaks = []
        for process in family_of(self.pid):
            status = Path(f"/proc/{process.pid}/status").read_text().splitlines()
            peaks += [int(line.split()[1]) for line in status if line.startswith("VmHWM:")]
        return max(peaks, default=0) / 1024


class Stand(msgspec.Struct, frozen=True):
    """`open` may ask journals of this machine, `guarded` may not; both have one database."""

    open: Portal
    guarded: Portal
    database: Database
    journals: HostileJournals
    addresses: dict[Place, str]
    children: dict[str, UUID]  # by system

    def portal_of(self, case: Case) -> Portal:
        """The portal that the case is tried on."""
        return self.guarded if case.fault.guarded else self.open

    @asynccontextmanager
    async def mother_of(self, case: Case, portal: Portal) -> AsyncIterator[Browser]:
        """The browser of the case's mother, signed in."""
        jar = aiohttp.CookieJar(unsafe=True)
        jar.update_cookies({"myedu_session": case.token, "language": "ru"})
        async with aiohttp.ClientSession(cookie_jar=jar) as session:
            yield Browser(session, portal.url)

    async def lead(self, case: Case, place: Place) -> None:
        """Register the case's system at another address."""
        async with self.database.transaction() as conn:
            await people.register_system(conn, self._system(case, place))

    async def age_copies(self, case: Case) -> None:
        """Make the case's copies an hour older."""
        async with self.database.connection() as conn:
            await conn.execute(
                "UPDATE federation.copies SET fetched_at = fetched_at - interval '1 hour'"
                " WHERE system_id = %s",
                [case.system],
            )

    async def audited(self, action: str) -> set[str]:
        """Systems that have this action in the audit."""
        async with self.database.connection() as conn:
            found = await conn.execute("SELECT system_id FROM audit.lines WHERE action = %s", [action])
            return {system for (system,) in await found.fetchall()}

    async def write_families(self, cases: Sequence[Case]) -> None:
        """Write the rows that exports and sign-ins would have written."""
        async with self.database.transaction() as conn:
            for case in cases:
                await people.register_system(conn, self._system(case, "journal"))
            await conn.execute("SELECT people.open_region(%s)", [_REGION])
            for case in cases:
                await _write_family(conn, case)
            found = await conn.execute("SELECT system_id, public_id FROM people.persons")
            self.children.update(dict(await found.fetchall()))

    def _system(self, case: Case, place: Place) -> System:
        return System(
            id=case.system, region=_REGION, name="Журнал", client_id="portal",
            base_url=f"{self.addresses[place]}/{case.system}", registered_at=datetime.now(UTC),
        )  # fmt: skip


async def _write_family(conn: AsyncConnection, case: Case) -> None:
    now, snils, oid = datetime.now(UTC), make_snils(100_000_000 + case.number), f"mother-of-{case.system}"
    rows, studies = Rows(conn), {"starts_on": date(2020, 9, 1)}
    await rows.school(system_id=case.system)
    await rows.pupil(
        f"pupil-{case.number}", first_name=PUPIL_NAME, snils=snils, birth_date=_BIRTH, studies=studies,
        system_id=case.system,
    )  # fmt: skip
    account = await conn.execute(
        "INSERT INTO identity.accounts"
        " (esia_oid, first_name, last_name, birth_date, level, trusted, created_at, seen_at)"
        " VALUES (%s, 'Анна', 'Лебедева', '1985-01-01', 'PR', true, %s, %s) RETURNING id",
        [oid, now, now],
    )
    found = await account.fetchone()
    assert found is not None
    await conn.execute(
        "INSERT INTO identity.login_sessions (token_sha256, account_id, created_at, expires_at)"
        " VALUES (%s, %s, %s, %s)",
        [hashlib.sha256(case.token.encode()).digest(), found[0], now, now + timedelta(days=1)],
    )
    await conn.execute(
        "INSERT INTO people.esia_kids (parent_oid, kid_snils, birth_date, seen_at) VALUES (%s, %s, %s, %s)",
        [oid, snils, _BIRTH, now],
    )


@asynccontextmanager
async def a_stand(folder: Path, database_url: str, times: Times) -> AsyncIterator[Stand]:
    """All programs run until the end of the block. The database must be migrated and empty."""
    async with AsyncExitStack() as stack:
        journals, trusted = HostileJournals(), folder / "trusted.pem"
        addresses = await _listen(stack, journals, folder, trusted)
        supervisor = stack.enter_context(Supervisor(folder / "logs"))
        settings = _settings(folder, database_url, times, trusted)
        portals = _portals(supervisor, settings, {"open": "true", "guarded": "false"})
        database = await Database.open(database_url, max_size=2)
        stack.push_async_callback(database.close)
        yield Stand(*portals, database, journals, addresses, {})


async def _listen(
    stack: AsyncExitStack, journals: HostileJournals, folder: Path, trusted: Path
) -> dict[Place, str]:
    """Where the hostile journals listen; the certificates that the portals trust are written to `trusted`."""
    plain = await stack.enter_async_context(journals.listening())
    addresses: dict[Place, str] = {
        "journal": f"http://127.0.0.1:{plain}",
        "by name": f"http://localhost:{plain}",
        "closed port": f"http://127.0.0.1:{free_port()}",
    }
    for place, context in _behind_tls(folder, trusted).items():
        addresses[place] = f"https://localhost:{await stack.enter_async_context(journals.listening(context))}"
    return addresses


def _behind_tls(folder: Path, trusted: Path) -> dict[Place, ssl.SSLContext]:
    unknown = folder / "unknown"
    unknown.mkdir()
    own, others = (certificate_for(host, folder) for host in ("localhost", "other.example"))
    trusted.write_bytes(own.read_bytes() + others.read_bytes())
    files: dict[Place, Path] = {
        "tls": own,
        "tls of another host": others,
        "tls of an unknown issuer": certificate_for("localhost", unknown),
    }
    return {place: _context(file) for place, file in files.items()}


def _context(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


def _settings(folder: Path, database_url: str, times: Times, trusted: Path) -> dict[str, str]:
    keys = make_rsa_keys(folder, "portal")
    return {
        "MYEDU_DATABASE_URL": database_url,
        "MYEDU_ESIA_URL": "http://127.0.0.1:9",
        "MYEDU_ESIA_CLIENT_ID": "MYEDU",
        "MYEDU_ESIA_KEY": keys.key,
        "MYEDU_ESIA_CERTIFICATE": keys.certificate,
        "MYEDU_ESIA_TOKEN_KEYS": keys.certificate,
        "MYEDU_JOURNAL_KEY": keys.key,
        "MYEDU_COPY_KEYS": new_key(),
        "MYEDU_DEADLINE_SECONDS": str(times.deadline),
        "MYEDU_FLIGHT_SECONDS": str(times.flight),
        "MYEDU_SYSTEM_SECONDS": "0",  # a new address takes effect at once
        "MYEDU_JOURNAL_LONGEST_PAUSE_SECONDS": "1",  # every journal is repaired and must be called again
        "MYEDU_QUEUE_SECONDS": "10",  # this is about journals, not about the portal's own load shedding
        "MYEDU_WORKERS": "1",
        "MYEDU_LOG_JSON": "true",
        "SSL_CERT_FILE": str(trusted),
    }


def _portals(supervisor: Supervisor, settings: Mapping[str, str], allowed: Mapping[str, str]) -> list[Portal]:
    """One portal for each name, with its own MYEDU_ALLOW_PRIVATE_JOURNALS."""
    ports = {name: (free_port(), free_port()) for name in allowed}
    supervisor.start(
        *(
            _program(name, *ports[name], {**settings, "MYEDU_ALLOW_PRIVATE_JOURNALS": allowed[name]})
            for name in allowed
        )
    )
    return [
        Portal(
            f"http://127.0.0.1:{port}",
            f"http://127.0.0.1:{metrics}/metrics",
            supervisor.log_of(name),
            supervisor.running(name)[1].pid,
        )
        for name, (port, metrics) in ports.items()
    ]


def _program(name: str, port: int, metrics: int, settings: Mapping[str, str]) -> Program:
    url = f"http://127.0.0.1:{port}"
    own = {"MYEDU_BASE_URL": url, "MYEDU_PORT": str(port), "MYEDU_METRICS_PORT": str(metrics)}
    return Program(
        name=name,
        module="myedu.portal",
        arguments=("serve",),
        settings={**settings, **own},
        ready_url=f"{url}/ready",
    )


def lines_of(log: Path) -> Iterator[dict[str, object]]:
    """The log's objects; a line that isn't JSON, as of a traceback, becomes one of level «not a line»."""
    for line in log.read_bytes().splitlines():
        try:
            yield msgspec.json.decode(line, type=dict[str, object])
        except msgspec.DecodeError:
            yield {"level": "not a line", "message": line.decode(errors="replace")}
