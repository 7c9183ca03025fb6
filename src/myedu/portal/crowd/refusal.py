"""The answer to whoever can't be let in: made at start, so that it costs no database and next to no time."""

import random
from collections.abc import Callable, Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

import msgspec

from myedu.contract.problems import PROBLEM_MEDIA_TYPE, Problem
from myedu.kit.clock import Clock
from myedu.kit.i18n import Words, choose_language
from myedu.portal.answers import LANGUAGE_COOKIE
from myedu.portal.error_pages import error_title, error_view
from myedu.portal.pages import Pages, PageView

STATUS = 503
_SOONEST, _LATEST = 3, 15  # seconds; told apart, so that those who were refused don't come back together
_FOR_PROGRAMS = ("/api/", "/exchange/")
_NOW = "1970-01-01T00:00:00+00:00"  # stands in the page where the time of the answer goes


class Refusal:
    """503 in the visitor's language, or a problem for a program; both with `Retry-After`."""

    def __init__(self, pages: Pages, words: Mapping[str, Words], clock: Clock) -> None:
        self._clock = clock
        self._pages = {language: _page(pages, spoken) for language, spoken in words.items()}
        self._problems = {language: _problem(spoken) for language, spoken in words.items()}

    async def __call__(self, scope: Any, send: Callable[[Any], Any]) -> None:
        headers = dict(scope["headers"])  # of several cookies' headers the last; browsers send one
        language = _language(headers, self._pages)
        if scope["path"].startswith(_FOR_PROGRAMS):
            kind, body = PROBLEM_MEDIA_TYPE, self._problems[language]
        else:
            now = self._clock.now().isoformat(timespec="seconds")
            kind, body = (
                "text/html; charset=utf-8",
                self._pages[language].replace(_NOW.encode(), now.encode()),
            )
        answer = [
            (b"content-type", kind.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"retry-after", str(random.randint(_SOONEST, _LATEST)).encode()),  # noqa: S311 - no secret
        ]
        await send({"type": "http.response.start", "status": STATUS, "headers": answer})
        await send({"type": "http.response.body", "body": body})


def _page(pages: Pages, words: Words) -> bytes:
    page = PageView(title=error_title(words, STATUS), language=words.language, now=_NOW, path="/")
    return pages.render("portal/error.html", page, error_view(words, STATUS)).encode()


def _problem(words: Words) -> bytes:
    return msgspec.json.encode(Problem(code="unavailable", status=STATUS, title=error_title(words, STATUS)))


def _language(headers: Mapping[bytes, bytes], available: Mapping[str, Any]) -> str:
    cookies: SimpleCookie = SimpleCookie()
    try:
        cookies.load(headers.get(b"cookie", b"").decode("latin-1"))
    except CookieError:
        cookies.clear()
    chosen = cookies.get(LANGUAGE_COOKIE)
    wish = headers.get(b"accept-language", b"").decode("latin-1")
    return choose_language(chosen.value if chosen else None, wish, available)
