"""A school on a real socket, its portal's key, and the real client."""

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

import aiohttp
import jwt
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from starlette.applications import Starlette
from starlette.routing import Mount
from yarl import URL

from myedu.connector.sdk.client import JournalAddress, JournalClient
from myedu.connector.sdk.oauth import ASSERTION_TYPE
from myedu.connector.sdk.server import RegisteredClient, connector_app
from myedu.contract.act import Act
from myedu.contract.windows import Window
from myedu.kit.clock import FixedClock
from myedu.kit.serve import serving
from tests.connector.sdk.school import School

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
WEEK = Window(first=datetime(2026, 11, 23, tzinfo=UTC).date(), last=datetime(2026, 11, 29, tzinfo=UTC).date())
ACT = Act(relation="guardian", purpose="diary")
CLIENT_ID = "portal"
TOKEN_KEY = bytes(range(32))


class KeyPair(msgspec.Struct, frozen=True):
    private: str
    public: str


def _pair(key: Any) -> KeyPair:
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return KeyPair(private, public)


def make_key() -> KeyPair:
    return _pair(ec.generate_private_key(ec.SECP256R1()))


@pytest.fixture(scope="session")
def portal_key() -> KeyPair:
    return make_key()


@pytest.fixture(scope="session")
def foreign_key() -> KeyPair:
    return make_key()


@pytest.fixture(scope="session")
def rsa_key() -> KeyPair:
    return _pair(rsa.generate_private_key(65537, 2048))


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def sent() -> list[str]:
    """The paths of the requests that left through `session`."""
    return []


@pytest.fixture
async def session(sent: list[str]) -> AsyncIterator[aiohttp.ClientSession]:
    async def note(_session: Any, _context: Any, request: aiohttp.TraceRequestStartParams) -> None:
        sent.append(request.url.path)

    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(note)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), trace_configs=[trace]) as session:
        yield session


class Got(msgspec.Struct, frozen=True):
    """An answer, read to its end."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return msgspec.json.decode(self.body)


class Stand(msgspec.Struct, frozen=True):
    """A served school, what is needed to call it by hand, and the real client."""

    url: str
    mount: Mount
    school: School
    clock: FixedClock
    session: aiohttp.ClientSession
    key: KeyPair
    client: JournalClient

    def assertion(self, **changes: Any) -> str:
        """A good client assertion, with claims changed; None takes a claim off."""
        now = int(self.clock.now().timestamp())
        claims = {
            "iss": CLIENT_ID,
            "sub": CLIENT_ID,
            "aud": f"{self.url}/oauth2/token",
            "iat": now,
            "exp": now + 60,
            "jti": token_urlsafe(12),
        } | changes
        kept = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(kept, self.key.private, algorithm="ES256")

    async def grant(self, assertion: str, **fields: str) -> tuple[int, dict[str, Any]]:
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion,
        } | fields
        async with self.session.post(f"{self.url}/oauth2/token", data=form) as response:
            return response.status, await response.json(content_type=None)

    async def token(self) -> str:
        status, body = await self.grant(self.assertion())
        assert status == 200, body
        return str(body["access_token"])

    async def get(self, path: str, **headers: str) -> Got:
        """A GET by hand with a token."""
        return await self.send("GET", path, headers)

    async def send(self, verb: str, path: str, headers: dict[str, str], body: bytes = b"") -> Got:
        headers = {"Authorization": f"Bearer {await self.token()}"} | headers
        url = URL(f"{self.url}{path}", encoded=True)
        async with self.session.request(
            verb, url, headers=headers, data=BytesIO(body) if body else None, allow_redirects=False
        ) as response:
            return Got(response.status, response.headers, await response.read())


TOKEN_PATH = "/oauth2/token"
Stands = Callable[..., Stand]


@pytest.fixture(scope="session")
async def host() -> AsyncIterator[tuple[str, Starlette]]:
    """One real server; every school is mounted under a path of its own, as behind a vendor's proxy."""
    outer = Starlette()
    async with serving(outer) as url:
        yield url, outer


@pytest.fixture
def stand_of(
    host: tuple[str, Starlette], session: aiohttp.ClientSession, clock: FixedClock, portal_key: KeyPair
) -> Stands:
    """Serve a school: `stand_of(School(), exports=folder)`."""
    root, outer = host

    def build(school: School, exports: Path | None = None, key: KeyPair = portal_key) -> Stand:
        path = f"/{token_urlsafe(6)}"
        url = f"{root}{path}"
        clients = [RegisteredClient(CLIENT_ID, key.public)]
        app = connector_app(
            school, base_url=url, clients=clients, token_key=TOKEN_KEY, clock=clock, exports=exports
        )
        mount = Mount(path, app)
        outer.router.routes.append(mount)
        address = JournalAddress("school", url, CLIENT_ID)
        client = JournalClient(session, address, key.private, clock=clock)
        return Stand(url, mount, school, clock, session, key, client)

    return build


@pytest.fixture
def stand(stand_of: Stands) -> Stand:
    return stand_of(School())
