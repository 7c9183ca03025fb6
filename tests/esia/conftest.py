"""A sandbox on a real socket, keys made once, and a browser that a person without JavaScript would have."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import html5lib
import msgspec
import pytest

from myedu.esia.client import EsiaClient, new_code_verifier, new_state
from myedu.esia.models import Tokens
from myedu.esia.parameters import RequestSigner, request_signer
from myedu.esia.sandbox import SandboxSettings, build_sandbox
from myedu.esia.settings import EsiaSettings
from myedu.esia.signing import (
    KeyFiles,
    Signer,
    gost_available,
    load_signer,
    load_verifier,
    make_gost_keys,
    make_rsa_keys,
)
from myedu.kit.clock import FixedClock
from myedu.kit.serve import serving
from myedu.kit.web.page_checks import problems_of_page

MNEMONIC = "MYEDU"
REDIRECT = "http://portal.example:8000/signin/esia"
SCOPES = (
    "openid fullname birthdate gender snils kid_fullname kid_birthdate kid_gender kid_snils usr_org "
    "email mobile addresses birth_cert_doc kid_birth_cert_doc id_doc vehicles"
)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

MOTHER, FATHER, PUPIL, CHILD, TEACHER = 1000300001, 1000300002, 1000300003, 1000300004, 1000300006
UNCONFIRMED, OPERATOR, OUTSIDER = 1000300007, 1000300009, 1000300010
HEAD, BRANCH_HEAD, OTHER_HEAD, OFFICER = 1000300012, 1000300016, 1000300017, 1000300020
SCHOOL, OTHER_SCHOOL, AUTHORITY = 1000400001, 1000400003, 1000400010

Open = Callable[..., AbstractAsyncContextManager["Stand"]]


class Keys(msgspec.Struct, frozen=True):
    """`gost` and `gost_token` are None on a machine without the engine."""

    rsa: KeyFiles
    foreign: KeyFiles
    rsa_token: KeyFiles
    gost: KeyFiles | None
    gost_token: KeyFiles | None


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    directory = tmp_path_factory.mktemp("esia-keys")
    gost = gost_available()
    return Keys(
        rsa=make_rsa_keys(directory, "portal"),
        foreign=make_rsa_keys(directory, "foreign"),
        rsa_token=make_rsa_keys(directory, "esia"),
        gost=make_gost_keys(directory, "portal-gost") if gost else None,
        gost_token=make_gost_keys(directory, "esia-gost") if gost else None,
    )


@cache
def signer_of(files: KeyFiles) -> Signer:
    """Reading an RSA key takes 45 ms (its check for primes), so once a key."""
    return load_signer(files)


class Page(msgspec.Struct, frozen=True):
    """An answer that was not a redirect, already checked as a page."""

    status: int
    url: str
    html: str
    fields: dict[str, str]
    buttons: list[tuple[str, str]]


class Browser:
    """Follows redirects within one site and stops at the first to another site."""

    def __init__(self, session: aiohttp.ClientSession, site: str) -> None:
        self._session = session
        self._site = site

    async def get(self, url: str) -> Page | str:
        return await self._go("GET", url)

    async def choose(self, page: Page, oid: int, organisation: int | None = None) -> str:
        """Presses the button of a person, for an organisation; the address that the browser is sent to."""
        button = f"{oid}" if organisation is None else f"{oid}:{organisation}"
        assert ("oid", button) in page.buttons
        return await self._leave(page, {**page.fields, "oid": button})

    async def decline(self, page: Page) -> str:
        assert ("decline", "1") in page.buttons
        return await self._leave(page, {**page.fields, "decline": "1"})

    async def _leave(self, page: Page, form: dict[str, str]) -> str:
        address = await self._go("POST", f"{self._site}/login", form)
        assert isinstance(address, str)
        return address

    async def _go(self, method: str, url: str, form: dict[str, str] | None = None) -> Page | str:
        while url.startswith(self._site):
            async with self._session.request(method, url, data=form, allow_redirects=False) as answer:
                if answer.status == 302:
                    location = answer.headers["Location"]
                    method, form, url = (
                        "GET",
                        None,
                        f"{self._site}{location}" if location.startswith("/") else location,
                    )
                    continue
                html = await answer.text()
                assert problems_of_page(html, answer.headers, title_suffix=" — песочница ЕСИА") == []
                return _page(answer.status, url, html)
        return url


def _page(status: int, url: str, html: str) -> Page:
    root = html5lib.parse(html, namespaceHTMLElements=False)
    fields = {e.get("name"): e.get("value") for e in root.iter("input")}
    return Page(status, url, html, fields, [(e.get("name"), e.get("value")) for e in root.iter("button")])


def query_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


class Stand:
    """A running sandbox, a client of it, and a browser."""

    def __init__(
        self,
        url: str,
        client: EsiaClient,
        settings: EsiaSettings,
        clock: FixedClock,
        session: aiohttp.ClientSession,
    ) -> None:
        self.url = url
        self.client = client
        self.settings = settings
        self.clock = clock
        self.session = session
        self.browser = Browser(session, url)

    async def code(
        self, oid: int, verifier: str, wanted: int | None = None, chosen: int | None = None
    ) -> str:
        """The code that a person brings back.

        `wanted`: the organisation that the client names; `chosen`: at ESIA's page.
        """
        state = new_state()
        organisation = None if wanted is None else str(wanted)
        page = await self.browser.get(await self.client.authorization_url(state, verifier, organisation))
        address = page if isinstance(page, str) else await self.browser.choose(page, oid, chosen)
        answer = query_of(address)
        assert answer["state"] == state
        assert address.startswith(REDIRECT)
        return answer["code"]

    def requests(self, keys: KeyFiles | None = None, **changes: Any) -> RequestSigner:
        """Signed parameters as the client sends them, for a test to change."""
        settings = msgspec.structs.replace(self.settings, **changes)
        own = KeyFiles(self.settings.key, self.settings.certificate)
        return request_signer(settings, signer_of(keys or own))

    async def authorize(self, parameters: dict[str, str]) -> Page | str:
        """A page of the sandbox, or the address that it sends the browser to."""
        path = self.requests().authorize_path
        return await self.browser.get(f"{self.url}{path}?{urlencode(parameters)}")

    async def exchange(self, parameters: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Status and JSON of the token endpoint."""
        async with self.session.post(f"{self.url}{self.requests().token_path}", data=parameters) as answer:
            return answer.status, await answer.json()

    async def tokens(self, oid: int) -> Tokens:
        verifier = new_code_verifier()
        return await self.client.exchange(await self.code(oid, verifier), verifier)

    async def tokens_for(self, oid: int, organisation: int) -> Tokens:
        """The tokens of a person who has signed in for an organisation."""
        verifier = new_code_verifier()
        chosen = organisation if self.settings.version == "v2" else None
        code = await self.code(oid, verifier, organisation, chosen)
        return await self.client.exchange(code, verifier, str(organisation))


class Servers:
    """Sandboxes by their settings: a server is started once a session, tests bring their own browsers."""

    def __init__(self, stack: AsyncExitStack) -> None:
        self._stack = stack
        self._running: dict[bytes, tuple[str, FixedClock]] = {}

    async def get(self, settings: SandboxSettings, now: datetime) -> tuple[str, FixedClock]:
        key = msgspec.json.encode(settings)
        if key not in self._running:
            clock = FixedClock(now)
            url = await self._stack.enter_async_context(serving(build_sandbox(settings, clock)))
            self._running[key] = (url, clock)
        url, clock = self._running[key]
        clock.set(now)
        return url, clock


@pytest.fixture(scope="session")
async def servers() -> AsyncIterator[Servers]:
    async with AsyncExitStack() as stack:
        yield Servers(stack)


@pytest.fixture
def open_stand(keys: Keys, servers: Servers) -> Open:
    """`async with open_stand(version="v2", …) as stand`; dictionaries go over the usual settings."""

    return partial(_open_stand, keys, servers, NOW)


@pytest.fixture
def open_real_time(keys: Keys, servers: Servers) -> Open:
    """The same at the machine's time, which foreign clients take for their timestamps and checks."""
    return partial(_open_stand, keys, servers, datetime.now(UTC))


@asynccontextmanager
async def _open_stand(
    keys: Keys,
    servers: Servers,
    now: datetime,
    *,
    version: str = "v1",
    gost: bool = False,
    client: dict[str, Any] | None = None,
    registered: dict[str, Any] | None = None,
    sandbox: dict[str, Any] | None = None,
) -> AsyncIterator[Stand]:
    if gost and keys.gost is None:
        pytest.skip("openssl has no GOST engine here: install libengine-gost-openssl")
    own = keys.gost if gost and keys.gost else keys.rsa
    known = {} if gost_available() else {"certificate_hash": "AB" * 32}  # by hand, as an operator there would
    url, clock = await servers.get(
        sandbox_settings(keys, own, {**known, **(registered or {})}, sandbox or {}), now
    )
    settings = client_settings(keys, own, {**known, "base_url": url, "version": version, **(client or {})})
    verifiers = [load_verifier(path) for path in settings.token_keys]
    jar = aiohttp.CookieJar(unsafe=True)  # cookies of an address without a name
    async with (
        aiohttp.ClientSession(cookie_jar=jar) as session,
        EsiaClient(settings, signer_of(own), verifiers, clock) as esia,
    ):
        yield Stand(url, esia, settings, clock, session)


def sandbox_settings(
    keys: Keys, own: KeyFiles, registered: dict[str, Any], changes: dict[str, Any]
) -> SandboxSettings:
    client = {"mnemonic": MNEMONIC, "certificate": own.certificate, "redirect_domains": ["portal.example"]}
    values = {
        "clients": [{**client, **registered}],
        "token_keys": keys.rsa_token,
        "gost_token_keys": keys.gost_token,
        **changes,
    }
    return msgspec.convert(values, SandboxSettings, from_attributes=True)


def client_settings(keys: Keys, own: KeyFiles, changes: dict[str, Any]) -> EsiaSettings:
    values = {
        "client_id": MNEMONIC,
        "redirect_uri": REDIRECT,
        "key": own.key,
        "certificate": own.certificate,
        "token_keys": [files.certificate for files in (keys.rsa_token, keys.gost_token) if files],
        "scopes": SCOPES,
        **changes,
    }
    return msgspec.convert(values, EsiaSettings)
