"""A generated region in a real PostgreSQL, served on a real socket, and the SDK's client."""

import socket
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

import aiohttp
import jwt
import msgspec
import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from myedu.connector.sdk.client import JournalAddress, JournalClient
from myedu.connector.sdk.oauth import ASSERTION_TYPE
from myedu.contract.act import Act
from myedu.contract.windows import Window
from myedu.invented.school import generate_region
from myedu.journal.app import build_journal
from myedu.journal.load import load
from myedu.journal.settings import JournalSettings
from myedu.kit.clock import FixedClock
from myedu.kit.serve import serving
from tests.invented.cast import CAST, PUPIL, TODAY

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
WEEK = Window(first=date(2026, 11, 16), last=date(2026, 11, 22))
ACT = Act(relation="guardian", purpose="diary")


@pytest.fixture(scope="session")
def journal_url(fresh_database) -> str:
    """A database with two small schools of Tatarstan."""
    url = fresh_database("myedu.journal")
    load(url, "16", generate_region(7, "16", TODAY, pupils=150, school_size=75, cast=CAST))
    return url


@pytest.fixture(scope="session")
def pupil_id(journal_url: str) -> str:
    with psycopg.connect(journal_url) as conn:
        return conn.execute("SELECT id FROM journal.persons WHERE snils = %s", [PUPIL.snils]).fetchone()[0]


class Served(msgspec.Struct, frozen=True):
    """A journal on a socket, its client, and what calls by hand need."""

    url: str
    client: JournalClient
    session: aiohttp.ClientSession
    private_key: str

    async def get(self, path: str) -> tuple[int, dict[str, Any]]:
        """A GET by hand with a token of its own: status and JSON."""
        headers = {"Authorization": f"Bearer {await self._token()}"}
        async with self.session.get(self.url + path, headers=headers) as answer:
            return answer.status, msgspec.json.decode(await answer.read())

    async def put(self, path: str, body: object) -> tuple[int, dict[str, Any]]:
        """A PUT by hand: status and JSON, {} where the answer has no body."""
        headers = {"Authorization": f"Bearer {await self._token()}", "Content-Type": "application/json"}
        sent = msgspec.json.encode(body)
        async with self.session.put(self.url + path, headers=headers, data=sent) as answer:
            text = await answer.read()
            return answer.status, msgspec.json.decode(text) if text else {}

    async def _token(self) -> str:
        url, now = f"{self.url}/oauth2/token", int(NOW.timestamp())
        claims = {
            "iss": "portal",
            "sub": "portal",
            "aud": url,
            "iat": now,
            "exp": now + 60,
            "jti": token_urlsafe(9),
        }
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": jwt.encode(claims, self.private_key, algorithm="ES256"),
        }
        async with self.session.post(url, data=form) as answer:
            return (await answer.json())["access_token"]


@pytest.fixture(scope="session")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("exports")


@pytest.fixture(scope="session")
async def served(
    journal_url: str, exports: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    key = ec.generate_private_key(ec.SECP256R1())
    clients = tmp_path_factory.mktemp("clients")
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (clients / "portal.pem").write_bytes(public)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    clock = FixedClock(NOW)
    settings = JournalSettings(database_url=journal_url, port=free_port(), clients=clients, exports=exports)
    async with (
        serving(build_journal(settings, clock=clock), port=settings.port) as url,
        aiohttp.ClientSession() as session,
    ):
        address = JournalAddress("journal", url, "portal")
        yield Served(url, JournalClient(session, address, private, clock=clock), session, private)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
