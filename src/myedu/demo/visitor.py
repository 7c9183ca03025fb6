"""A person at the portal without JavaScript: signs in at the ESIA sandbox, opens pages, presses buttons."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import aiohttp
import msgspec


class SmokeCheckFailed(Exception):
    """Something that a person should see is missing; the message names it."""


class Form(msgspec.Struct):
    """A form of a page. `action`: as written; `fields`: the hidden ones."""

    action: str
    fields: dict[str, str]


class Page(msgspec.Struct, frozen=True):
    """A page that was opened. `url`: after redirects."""

    url: str
    html: str
    forms: list[Form]

    @property
    def path(self) -> str:
        """The path of the address."""
        return urlsplit(self.url).path

    def has_form(self, action: str) -> bool:
        """Whether a form of the page goes to this address."""
        return any(form.action.partition("?")[0] == action for form in self.forms)


@asynccontextmanager
async def visiting() -> AsyncIterator[aiohttp.ClientSession]:
    """A browser's cookies and connections."""
    jar = aiohttp.CookieJar(unsafe=True)  # accepts cookies of IP addresses
    async with aiohttp.ClientSession(cookie_jar=jar, timeout=aiohttp.ClientTimeout(total=30)) as session:
        yield session


class Visitor:
    """One person's browser. Methods raise SmokeCheckFailed for an answer that is no page."""

    def __init__(self, session: aiohttp.ClientSession, portal: str) -> None:
        self._session, self._portal = session, portal

    async def sign_in(self, oid: int) -> Page:
        """Sign in as a person of the sandbox; the page that this leads to."""
        return await self.press(await self.open("/enter"), 0, oid=str(oid))

    async def act_for(self, oid: int, organisation: int, path: str) -> Page:
        """Sign in again, for an organisation that the person leads; the page at `path`."""
        choice = await self.open(f"/enter?organization={organisation}&next={path}")
        at_esia = f"{oid}:{organisation}"  # ESIA's version 2 asks for which one
        return await self.press(choice, 0, oid=at_esia if at_esia in choice.html else str(oid))

    async def open(self, path: str) -> Page:
        """A page of the portal."""
        async with self._session.get(urljoin(self._portal, path)) as answer:
            return await _page(answer)

    async def press(self, page: Page, form: int | str, **fields: str) -> Page:
        """Send a form of the page, by its place or its action, with what is chosen in it."""
        chosen = [
            one for place, one in enumerate(page.forms) if form in (place, one.action.partition("?")[0])
        ]
        if not chosen:
            raise SmokeCheckFailed(f"{page.path} has no form {form}")
        target = urljoin(page.url, chosen[0].action)
        async with self._session.post(target, data={**chosen[0].fields, **fields}) as answer:
            return await _page(answer)


async def _page(answer: aiohttp.ClientResponse) -> Page:
    html = await answer.text()
    if answer.status != 200:
        raise SmokeCheckFailed(f"{answer.url} answered {answer.status}")
    reader = _Forms()
    reader.feed(html)
    return Page(str(answer.url), html, reader.forms)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "form":
            self.forms.append(Form(attributes.get("action") or "", {}))
        if tag == "input" and attributes.get("type") == "hidden" and self.forms:
            self.forms[-1].fields[attributes.get("name") or ""] = attributes.get("value") or ""
