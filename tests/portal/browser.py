"""A person's browser without JavaScript: keeps cookies, follows redirects, presses buttons.

Every page of the portal that it opens is checked as a page.
"""

from typing import Any
from urllib.parse import urljoin

import aiohttp
import html5lib
import msgspec

from myedu.kit.web.page_checks import problems_of_page

TITLE_SUFFIX = " — Моё образование"


class Form(msgspec.Struct, frozen=True):
    """A form of a page: its hidden fields and inputs with their values, and its buttons as (name, value)."""

    action: str
    method: str
    fields: dict[str, str]
    buttons: list[tuple[str | None, str | None]]


class Page(msgspec.Struct, frozen=True):
    status: int
    url: str
    html: str
    headers: dict[str, str]
    forms: list[Form]

    @property
    def h1(self) -> str:
        return "".join(next(html5lib.parse(self.html, namespaceHTMLElements=False).iter("h1")).itertext())


class Browser:
    """`site`: the portal's address; pages of other sites are opened, but not checked."""

    def __init__(self, session: aiohttp.ClientSession, site: str) -> None:
        self.session = session
        self.site = site

    async def get(self, path: str, **headers: str) -> Page:
        return await self._open("GET", urljoin(self.site, path), headers=headers)

    async def press(self, page: Page, *, action: str, button: tuple[str, str] | None = None) -> Page:
        """Press a button of the form with this action; None: the form's only button."""
        form = next(form for form in page.forms if form.action == action)
        chosen = button or form.buttons[0]
        assert chosen in form.buttons
        fields = dict(form.fields)
        if chosen[0]:
            fields[chosen[0]] = chosen[1] or ""
        return await self.post(urljoin(page.url, form.action), fields)

    async def post(self, path: str, fields: dict[str, str]) -> Page:
        return await self._open("POST", urljoin(self.site, path), data=fields)

    async def location_of(self, path: str) -> str:
        """Where a GET redirects to, without following it; cookies are kept."""
        async with self.session.get(urljoin(self.site, path), allow_redirects=False) as answer:
            assert answer.status in (302, 303), await answer.text()
            return answer.headers["location"]

    def cookie(self, name: str) -> str | None:
        return next((cookie.value for cookie in self.session.cookie_jar if cookie.key == name), None)

    async def _open(self, method: str, url: str, **more: Any) -> Page:
        async with self.session.request(method, url, **more) as answer:
            html = await answer.text()
            headers = {name.lower(): value for name, value in answer.headers.items()}
            address = str(answer.url)
            is_page = headers.get("content-type", "").startswith("text/html")
            if is_page and address.startswith(self.site):
                found = problems_of_page(html, headers, title_suffix=TITLE_SUFFIX)
                assert found == [], found
            return Page(answer.status, address, html, headers, _forms(html) if is_page else [])


def _forms(html: str) -> list[Form]:
    root = html5lib.parse(html, namespaceHTMLElements=False)
    return [
        Form(
            action=form.get("action") or "",
            method=(form.get("method") or "get").upper(),
            fields={
                field.get("name"): field.get("value") or ""
                for field in form.iter("input")
                if field.get("name")
            },
            buttons=[(button.get("name"), button.get("value")) for button in form.iter("button")],
        )
        for form in root.iter("form")
    ]
