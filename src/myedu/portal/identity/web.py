"""/enter, /enter/back and /leave: the browser's way to ESIA and home again."""

import logging
from datetime import timedelta
from typing import Any

from litestar import Request, Response, get, post
from litestar.status_codes import HTTP_303_SEE_OTHER

from myedu.esia.errors import EsiaAnswerWrong, EsiaError, refusal
from myedu.portal.answers import html_page, local_path, page_view, redirect, text_fields, words_for
from myedu.portal.identity import csrf, service
from myedu.portal.identity.models import (
    SESSION_COOKIE,
    SIGN_IN_COOKIE,
    AttemptRefused,
    SignedIn,
    Unconfirmed,
)
from myedu.portal.identity.presenter import (
    Failure,
    attempt_failure,
    esia_failure,
    unconfirmed_failure,
)
from myedu.portal.tools import FromTools, Tools

_log = logging.getLogger(__name__)
_SIGN_IN_PATH = "/enter"

AnyRequest = Request[Any, Any, Any]


@get("/enter")
async def enter(request: AnyRequest, tools: FromTools) -> Response[bytes]:
    """Lead to ESIA; `next` is the page to come back to."""
    lasts = timedelta(minutes=tools.settings.sign_in_minutes)
    try:
        begun = await service.begin_sign_in(
            tools.database,
            tools.esia,
            browser=request.cookies.get(SIGN_IN_COOKIE),
            return_to=local_path(request.query_params.get("next")),
            now=tools.clock.now(),
            lasts=lasts,
        )
    except EsiaError as error:
        return _esia_failed(request, tools, error)
    answer = redirect(begun.url)
    _set_cookie(answer, tools, SIGN_IN_COOKIE, begun.browser, _SIGN_IN_PATH, lasts)
    return answer


@get("/enter/back")
async def enter_back(request: AnyRequest, tools: FromTools) -> Response[bytes]:
    """ESIA sends the browser here, with a code or with its reason for none."""
    query = request.query_params
    try:
        signed_in = await _finish(
            tools, request, query.get("state", ""), query.get("code"), query.get("error")
        )
    except AttemptRefused as error:
        return _failed(request, tools, attempt_failure(words_for(request, tools.words), error.problem))
    except EsiaError as error:
        return _esia_failed(request, tools, error)
    except Unconfirmed:
        return _failed(
            request, tools, unconfirmed_failure(words_for(request, tools.words), tools.esia.logout_url())
        )
    answer = redirect(signed_in.return_to)
    lasts = timedelta(days=tools.settings.session_days)
    _set_cookie(answer, tools, SESSION_COOKIE, signed_in.token, "/", lasts)
    return answer


@post("/leave", status_code=HTTP_303_SEE_OTHER)
async def leave(request: AnyRequest, tools: FromTools) -> Response[bytes]:
    """Sign out here, then at ESIA: on a shared computer the next person must not come in as this one."""
    token = request.cookies.get(SESSION_COOKIE)
    form = await text_fields(request)
    csrf.check_form(token, form.get(csrf.FIELD), request.headers, tools.settings.base_url)
    if token:
        await service.sign_out(tools.database, token, tools.clock.now())
    answer = redirect(tools.esia.logout_url())
    answer.delete_cookie(SESSION_COOKIE, path="/")
    return answer


ROUTES = [enter, enter_back, leave]


async def _finish(
    tools: Tools, request: AnyRequest, state: str, code: str | None, error: str | None
) -> SignedIn:
    """The state is used up before anything else: whatever comes with a foreign one is not listened to."""
    attempt = await service.use_attempt(
        tools.database, state=state, browser=request.cookies.get(SIGN_IN_COOKIE), now=tools.clock.now()
    )
    if not code:
        raise refusal(error or "no code", request.query_params.get("error_description", ""))
    return await service.sign_in(
        tools.database,
        await service.ask_esia(tools.esia, code, attempt.code_verifier),
        return_to=attempt.return_to,
        earlier_token=request.cookies.get(SESSION_COOKIE),
        now=tools.clock.now(),
        lasts=timedelta(days=tools.settings.session_days),
    )


def _esia_failed(request: AnyRequest, tools: Tools, error: EsiaError) -> Response[bytes]:
    level = logging.ERROR if isinstance(error, EsiaAnswerWrong) else logging.WARNING
    _log.log(level, "sign-in failed", exc_info=error)
    return _failed(request, tools, esia_failure(words_for(request, tools.words), error))


def _failed(request: AnyRequest, tools: Tools, failure: Failure) -> Response[bytes]:
    headers = {} if failure.retry_after is None else {"retry-after": str(failure.retry_after)}
    # Not the own address: it holds the code and the state.
    page = page_view(request, tools, failure.title, path="/")
    return html_page(tools, "portal/error.html", page, failure.view, status=failure.status, headers=headers)


def _set_cookie(
    answer: Response[bytes], tools: Tools, name: str, value: str, path: str, lasts: timedelta
) -> None:
    answer.set_cookie(
        name,
        value,
        path=path,
        max_age=int(lasts.total_seconds()),
        secure=tools.settings.is_secure,
        httponly=True,
        samesite="lax",
    )
