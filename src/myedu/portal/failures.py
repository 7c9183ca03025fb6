"""Every exception that leaves a handler becomes a page in words, or a problem under /api and /exchange."""

import logging
from typing import Any
from urllib.parse import quote

import msgspec
import psycopg
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap

from myedu.kit.log import REQUEST_ID
from myedu.portal.answers import html_page, own_address, page_view, problem, redirect, words_for
from myedu.portal.diary.service import NotFound
from myedu.portal.error_pages import child_not_found, error_title, error_view
from myedu.portal.identity.models import NotOperator, NotSignedIn, WrongForm
from myedu.portal.pages import ErrorView, Link
from myedu.portal.people.invented import NotSandbox
from myedu.portal.people.service import NotVisible
from myedu.portal.pilot.bench import NoSuchSystem
from myedu.portal.pilot.service import NoSuchPackage
from myedu.portal.tools import Tools

_log = logging.getLogger(__name__)
_BUSY_SECONDS = 5  # a full pool empties, and a restarted PostgreSQL is back, in about this time

AnyRequest = Request[Any, Any, Any]


def failure(
    request: AnyRequest, status: int, *, view: ErrorView | None = None, headers: dict[str, str] | None = None
) -> Response[bytes]:
    """The answer about a failure, in the visitor's words; `view` where the status alone says too little."""
    tools: Tools = request.app.state.tools
    words = words_for(request, tools.words)
    title = error_title(words, status)
    if _is_api(request):
        return problem(status, title, headers=headers)
    view = view or error_view(words, status)
    if status >= 500:
        view = msgspec.structs.replace(view, number=REQUEST_ID.get())
    # A form's address can't be opened again, so its page leads back to the first one.
    page = page_view(request, tools, title, path=None if request.method == "GET" else "/")
    return html_page(tools, "portal/error.html", page, view, status=status, headers=headers)


def _not_signed_in(request: AnyRequest, _: NotSignedIn) -> Response[bytes]:
    enter = "/enter"
    if request.method == "GET":
        enter = f"/enter?next={quote(own_address(request), safe='')}"
        if not _is_api(request) and "hx-request" not in request.headers:
            return redirect(enter)
    words = words_for(request, request.app.state.tools.words)
    view = ErrorView(
        text=error_view(words, 401).text, action=Link(label=words.gettext("Sign in"), href=enter)
    )
    # htmx asks for a part of a page; the header makes it open the sign-in in the whole window.
    return failure(request, 401, view=view, headers={"hx-redirect": enter})


def _child_missing(request: AnyRequest, _: NotVisible) -> Response[bytes]:
    tools: Tools = request.app.state.tools
    title, view = child_not_found(words_for(request, tools.words))
    if _is_api(request):
        return problem(404, title)
    return html_page(tools, "portal/error.html", page_view(request, tools, title), view, status=404)


def _not_found(request: AnyRequest, _: Exception) -> Response[bytes]:
    return failure(request, 404)


def _wrong_form(request: AnyRequest, _: WrongForm) -> Response[bytes]:
    return failure(request, 403)


def _http(request: AnyRequest, error: HTTPException) -> Response[bytes]:
    if error.status_code >= 500:
        return _unexpected(request, error)
    return failure(request, error.status_code, headers=dict(error.headers or {}))


def _busy(request: AnyRequest, error: Exception) -> Response[bytes]:
    _log.error("database does not answer", exc_info=error)
    return failure(request, 503, headers={"retry-after": str(_BUSY_SECONDS)})


def _unexpected(request: AnyRequest, error: Exception) -> Response[bytes]:
    _log.error("request failed", exc_info=error, extra={"path": request.scope.get("path_template")})
    return failure(request, 500)


def _is_api(request: AnyRequest) -> bool:
    return request.scope["path"].startswith(("/api/", "/exchange/"))


EXCEPTION_HANDLERS: ExceptionHandlersMap = {
    NotSignedIn: _not_signed_in,
    NotVisible: _child_missing,
    NotFound: _not_found,
    NotOperator: _not_found,
    NoSuchPackage: _not_found,
    NoSuchSystem: _not_found,
    NotSandbox: _not_found,
    WrongForm: _wrong_form,
    HTTPException: _http,
    psycopg.OperationalError: _busy,  # a full pool among them
    Exception: _unexpected,
}
