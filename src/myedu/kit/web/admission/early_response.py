"""The response to a refused request, rendered at start, so that it takes no database and hardly any time."""

import random
from collections.abc import Collection, Mapping
from http.cookies import CookieError, SimpleCookie

from myedu.kit.asgi import Scope, Send
from myedu.kit.clock import Clock
from myedu.kit.i18n import Words, choose_language
from myedu.kit.web.error_pages import TEMPLATE, error_title, error_view
from myedu.kit.web.languages import COOKIE
from myedu.kit.web.pages import Pages, PageView
from myedu.kit.web.problems import MEDIA_TYPE, problem_body

STATUS = 503
_SOONEST, _LATEST = 3, 15  # seconds; random, so that refused visitors don't come back together
_NOW = "1970-01-01T00:00:00+00:00"  # a placeholder in the rendered page for the time of the response


class EarlyResponse:
    """503 with `Retry-After`: a page in the visitor's language, or a problem (RFC 9457) for a program."""

    def __init__(
        self, pages: Pages, words: Mapping[str, Words], clock: Clock, api_prefixes: tuple[str, ...]
    ) -> None:
        """`words`: language → its words; `api_prefixes`: paths that programs call."""
        self._clock = clock
        self._api_prefixes = api_prefixes
        self._pages = {language: _page(pages, translations) for language, translations in words.items()}
        self._problems = {
            language: problem_body(STATUS, error_title(translations, STATUS))
            for language, translations in words.items()
        }

    async def __call__(self, scope: Scope, send: Send) -> None:
        """Send the response to the request of `scope`."""
        headers = dict(scope["headers"])  # of several cookie headers the last; browsers send one
        language = _language(headers, self._pages)
        if scope["path"].startswith(self._api_prefixes):
            kind, body = MEDIA_TYPE, self._problems[language]
        else:
            now = self._clock.now().isoformat(timespec="seconds")
            kind, body = (
                "text/html; charset=utf-8",
                self._pages[language].replace(_NOW.encode(), now.encode()),
            )
        response_headers = [
            (b"content-type", kind.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"retry-after", str(random.randint(_SOONEST, _LATEST)).encode()),  # noqa: S311 - no secret
        ]
        await send({"type": "http.response.start", "status": STATUS, "headers": response_headers})
        await send({"type": "http.response.body", "body": body})


def _page(pages: Pages, words: Words) -> bytes:
    page = PageView(title=error_title(words, STATUS), language=words.language, now=_NOW, path="/")
    return pages.render(TEMPLATE, page, error_view(words, STATUS)).encode()


def _language(headers: Mapping[bytes, bytes], available: Collection[str]) -> str:
    cookies: SimpleCookie = SimpleCookie()
    try:
        cookies.load(headers.get(b"cookie", b"").decode("latin-1"))
    except CookieError:
        cookies.clear()
    chosen = cookies.get(COOKIE)
    preference = headers.get(b"accept-language", b"").decode("latin-1")
    return choose_language(chosen.value if chosen else None, preference, available)
