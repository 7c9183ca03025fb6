"""Every exception that leaves a handler becomes a page in words, or a problem for a program."""

import logging

import msgspec
import psycopg
from litestar import Response
from litestar.exceptions import HTTPException, InternalServerException
from litestar.types import ExceptionHandlersMap

from myedu.kit.log import REQUEST_ID
from myedu.kit.telemetry.requests import CLIENT_GONE
from myedu.kit.web.context import HandlerContext
from myedu.kit.web.error_pages import TEMPLATE, error_title, error_view
from myedu.kit.web.forms import WrongForm
from myedu.kit.web.languages import words_for
from myedu.kit.web.pages import ErrorView
from myedu.kit.web.responses import AnyRequest, html_page, page_view, problem

_log = logging.getLogger(__name__)
_HUNG_UP = "client disconnected prematurely"  # Litestar's only way to say it
_BUSY_SECONDS = 5  # a full pool empties, and a restarted PostgreSQL is back, in about this time


def error_response(
    request: AnyRequest,
    status: int,
    *,
    title: str | None = None,
    view: ErrorView | None = None,
    headers: dict[str, str] | None = None,
) -> Response[bytes]:
    """An error as a page, or as a problem for a program; `title` and `view` replace those of the status."""
    context = context_of(request)
    words = words_for(request, context.words)
    title = title or error_title(words, status)
    if is_for_program(request):
        return problem(status, title, headers=headers)
    view = view or error_view(words, status)
    if status >= 500:
        view = msgspec.structs.replace(view, number=REQUEST_ID.get())
    # The address of a POST can't be opened again, so the page's links lead back to the first page.
    page = page_view(request, context, title, path=None if request.method == "GET" else "/")
    return html_page(context, TEMPLATE, page, view, status=status, headers=headers)


def context_of(request: AnyRequest) -> HandlerContext:
    """The program's context, for code that is not a handler."""
    context: HandlerContext = request.app.state.context
    return context


def is_for_program(request: AnyRequest) -> bool:
    """Whether programs call this address: then errors are problems (RFC 9457), not pages."""
    path: str = request.scope["path"]
    return path.startswith(context_of(request).api_prefixes)


def not_found(request: AnyRequest, _: Exception) -> Response[bytes]:
    """404: the same for what doesn't exist and for what the visitor may not see."""
    return error_response(request, 404)


def _wrong_form(request: AnyRequest, _: WrongForm) -> Response[bytes]:
    return error_response(request, 403)


def _http(request: AnyRequest, error: HTTPException) -> Response[bytes]:
    if isinstance(error, InternalServerException) and error.detail == _HUNG_UP:
        return Response(b"", status_code=CLIENT_GONE)  # nobody gets it
    if error.status_code >= 500:
        return _unexpected(request, error)
    return error_response(request, error.status_code, headers=dict(error.headers or {}))


def _busy(request: AnyRequest, error: Exception) -> Response[bytes]:
    _log.error("database does not answer", exc_info=error)
    return error_response(request, 503, headers={"retry-after": str(_BUSY_SECONDS)})


def _unexpected(request: AnyRequest, error: Exception) -> Response[bytes]:
    _log.error("request failed", exc_info=error, extra={"path": request.scope.get("path_template")})
    return error_response(request, 500)


ERROR_HANDLERS: ExceptionHandlersMap = {
    WrongForm: _wrong_form,
    HTTPException: _http,
    psycopg.OperationalError: _busy,  # a full pool among them
    Exception: _unexpected,
}
