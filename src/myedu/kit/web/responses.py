"""Responses of a Litestar program: pages, redirects, problems, cookies; and what a request's form holds."""

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Request, Response
from litestar.exceptions import ClientException
from litestar.response import Stream
from litestar.response.base import ASGIResponse
from litestar.status_codes import HTTP_303_SEE_OTHER

from myedu.kit.web.appearance import COOKIE as APPEARANCE_COOKIE
from myedu.kit.web.appearance import read_appearance
from myedu.kit.web.context import WebContext
from myedu.kit.web.languages import words_for
from myedu.kit.web.pages import PageView
from myedu.kit.web.problems import MEDIA_TYPE, problem_body
from myedu.kit.web.roles import COOKIE as ROLES_COOKIE
from myedu.kit.web.roles import role_links

AnyRequest = Request[Any, Any, Any]

KEEP_HEADER = "Myedu-Keep"  # frontend/src/sw.ts reads it
_HTML = "text/html"  # Litestar adds the charset
_JSON = "application/json"
_MAX_PATH = 500  # characters; no address of the program is longer


def page_view(
    request: AnyRequest, context: WebContext, title: str, *, path: str | None = None, **fields: Any
) -> PageView:
    """What base.html shows around a view; `fields`: PageView's other fields.

    `path`: where «Вид» leads back to; None: to the address of the request.
    """
    words = words_for(request, context.words)
    path = own_address(request) if path is None else path
    return PageView(
        title=title,
        language=words.language,
        now=context.clock.now().isoformat(),
        path=path,
        roles=role_links(request.cookies.get(ROLES_COOKIE), context.home_labels, words, path),
        appearance=read_appearance(request.cookies.get(APPEARANCE_COOKIE)),
        **fields,
    )


def html_page(
    context: WebContext,
    template: str,
    page: PageView,
    view: Any,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response[bytes]:
    """The rendered page. If `page.keep` is set, the browser may keep a copy under that tag."""
    with context.telemetry.span("template", template=template):
        body = context.pages.render(template, page, view).encode()
    tag = {KEEP_HEADER: page.keep} if page.keep else {}
    return Response(body, status_code=status, media_type=_HTML, headers={**tag, **(headers or {})})


def csv_file(name: str, pieces: AsyncIterator[bytes]) -> Stream:
    """A CSV file that a browser saves under this name of ASCII letters, as its pieces (UTF-8) come."""
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Stream(pieces, media_type="text/csv", headers=headers)


class _Bodiless(Response[bytes]):
    """A response of headers alone: Litestar would label even an empty body as JSON."""

    def to_asgi_response(self, *args: Any, **kwargs: Any) -> ASGIResponse:
        response = super().to_asgi_response(*args, **kwargs)
        del response.headers["content-type"]
        return response


def redirect(to: str) -> Response[bytes]:
    """303 See Other: the browser opens `to` with GET, after a POST too."""
    return _Bodiless(b"", status_code=HTTP_303_SEE_OTHER, headers={"location": to})


def json_response(
    value: Any, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response[bytes]:
    """A struct as JSON."""
    return Response(
        msgspec.json.encode(value), status_code=status, media_type=_JSON, headers=dict(headers or {})
    )


def problem(status: int, title: str, *, headers: Mapping[str, str] | None = None) -> Response[bytes]:
    """An error for a program: RFC 9457 with a stable code."""
    return Response(
        problem_body(status, title), status_code=status, media_type=MEDIA_TYPE, headers=dict(headers or {})
    )


def set_cookie(
    response: Response[bytes],
    context: WebContext,
    name: str,
    value: str,
    *,
    lifetime: timedelta,
    path: str = "/",
) -> None:
    """Set a cookie that scripts can't read and other sites' forms don't send."""
    response.set_cookie(
        name,
        value,
        path=path,
        max_age=int(lifetime.total_seconds()),
        secure=context.is_secure,
        httponly=True,
        samesite="lax",
    )


async def text_fields(request: AnyRequest) -> dict[str, str]:
    """The form's text fields, by name; of several with one name the last.

    Uploaded files are left out, and NULs, which PostgreSQL doesn't store. Raises ClientException for a form
    whose encoding doesn't exist or isn't that of its text.
    """
    try:
        form = await request.form()
    except (LookupError, UnicodeError):
        raise ClientException("the form must be in UTF-8") from None
    return {name: value.replace("\0", "") for name, value in form.multi_items() if isinstance(value, str)}


def own_address(request: AnyRequest) -> str:
    """Path and query of the request, percent-encoded."""
    path = quote(request.scope["path"], safe="/:@!$&'()*+,;=~-._")
    query = request.scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path


def local_path(text: str | None) -> str:
    """`text` if it is a path within the program, safe to redirect to; else "/"."""
    if not text or len(text) > _MAX_PATH or not text.isprintable() or not text.isascii():
        return "/"
    # Browsers take "//host" and "/\\host" for another host.
    return text if text.startswith("/") and not text.startswith(("//", "/\\")) else "/"
