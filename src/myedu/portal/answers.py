"""How the portal answers: pages, redirects, problems. Knows the request, the words and nothing of schools."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Request, Response
from litestar.response.base import ASGIResponse
from litestar.status_codes import HTTP_303_SEE_OTHER

from myedu.contract.problems import PROBLEM_MEDIA_TYPE, Problem
from myedu.kit.i18n import Words, choose_language
from myedu.portal.look import COOKIE as LOOK_COOKIE
from myedu.portal.look import read_look
from myedu.portal.pages import PageView
from myedu.portal.tools import Tools

LANGUAGE_COOKIE = "language"
KEEP_HEADER = "Myedu-Keep"  # frontend/src/sw.ts reads it
_HTML = "text/html; charset=utf-8"
_CODES = {
    401: "unauthorized",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    413: "too-large",
    429: "too-many-requests",
    503: "unavailable",
}
_MAX_PATH = 500  # no address of ours is longer; a longer one is somebody's play


def words_for(request: Request[Any, Any, Any], words: Mapping[str, Words]) -> Words:
    """The visitor's language: the cookie of the page «Вид», else the browser's wish, else Russian."""
    cookie = request.cookies.get(LANGUAGE_COOKIE)
    return words[choose_language(cookie, request.headers.get("accept-language"), words)]


def page_view(
    request: Request[Any, Any, Any], tools: Tools, title: str, *, path: str | None = None, **more: Any
) -> PageView:
    """What base.html shows around a view; `more` are PageView's other fields.

    `path`: where the page's own links lead back to, if not to the address that was asked for.
    """
    return PageView(
        title=title,
        language=words_for(request, tools.words).language,
        now=tools.clock.now().isoformat(),
        path=own_address(request) if path is None else path,
        look=read_look(request.cookies.get(LOOK_COOKIE)),
        **more,
    )


def html_page(
    tools: Tools,
    template: str,
    page: PageView,
    view: Any,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response[bytes]:
    """The rendered page; one of somebody signed in carries the tag by which their browser may keep it."""
    with tools.sight.span("template", template=template):
        body = tools.pages.render(template, page, view).encode()
    marks = {KEEP_HEADER: page.keep} if page.keep else {}
    return Response(body, status_code=status, media_type=_HTML, headers={**marks, **(headers or {})})


class _Bodiless(Response[bytes]):
    """An answer of headers alone: Litestar would name even an empty body JSON."""

    def to_asgi_response(self, *given: Any, **named: Any) -> ASGIResponse:
        answer = super().to_asgi_response(*given, **named)
        del answer.headers["content-type"]
        return answer


def redirect(to: str) -> Response[bytes]:
    """«See other»: the browser opens `to` with GET, whatever it sent here."""
    return _Bodiless(b"", status_code=HTTP_303_SEE_OTHER, headers={"location": to})


def problem(status: int, title: str, *, headers: Mapping[str, str] | None = None) -> Response[bytes]:
    """The same for programs: RFC 9457 with a stable code."""
    code = _CODES.get(status, "internal" if status >= 500 else "bad-request")
    body = msgspec.json.encode(Problem(code=code, status=status, title=title))
    return Response(body, status_code=status, media_type=PROBLEM_MEDIA_TYPE, headers=dict(headers or {}))


async def text_fields(request: Request[Any, Any, Any]) -> dict[str, str]:
    """The form that was sent, without what no form of ours sends: a file in the place of a word."""
    form = await request.form()
    return {name: value for name, value in form.multi_items() if isinstance(value, str)}


def own_address(request: Request[Any, Any, Any]) -> str:
    """Path and query of the request, as the browser wrote them."""
    path = quote(request.scope["path"], safe="/:@!$&'()*+,;=~-._")
    query = request.scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path


def local_path(text: str | None) -> str:
    """A path within the portal, to lead a browser to; «/» for whatever could lead elsewhere."""
    if not text or len(text) > _MAX_PATH or not text.isprintable() or not text.isascii():
        return "/"
    # «//host» and «/\\host» are another host for a browser.
    return text if text.startswith("/") and not text.startswith(("//", "/\\")) else "/"
