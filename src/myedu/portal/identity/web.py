"""/enter, /enter/back and /leave: to ESIA and back, and signing out."""

import logging
from datetime import timedelta

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.status_codes import HTTP_303_SEE_OTHER

from myedu.esia.client import EsiaClient
from myedu.esia.errors import EsiaAnswerWrong, EsiaError, refusal
from myedu.kit.web.error_pages import TEMPLATE
from myedu.kit.web.languages import words_for
from myedu.kit.web.responses import (
    AnyRequest,
    html_page,
    local_path,
    page_view,
    redirect,
    set_cookie,
)
from myedu.portal.context import AppContext, FromContext
from myedu.portal.homes import homes_of, remember_homes
from myedu.portal.identity import service
from myedu.portal.identity.devices import device_of
from myedu.portal.identity.esia_registration import ENTER_BACK
from myedu.portal.identity.models import (
    SIGN_IN_COOKIE,
    AttemptRefused,
    NewSession,
    SignedIn,
    Unconfirmed,
)
from myedu.portal.identity.presenter import (
    ENTER,
    Failure,
    attempt_failure,
    esia_failure,
    unconfirmed_failure,
)
from myedu.portal.identity.presenter_organization import ORGANIZATION
from myedu.portal.identity.settings import IdentitySettings
from myedu.portal.signed_in import SESSION_COOKIE, checked_form

_log = logging.getLogger(__name__)

FromEsia = NamedDependency[SkipValidation[EsiaClient]]
"""The type of a handler's parameter `esia`."""


@get(ENTER)
async def enter(request: AnyRequest, context: FromContext, esia: FromEsia) -> Response[bytes]:
    """Redirect to ESIA; the parameter `next`: the page to return to.

    `organization`: the one of the viewer's for which they sign in now.
    """
    lasts = timedelta(minutes=context.settings.of(IdentitySettings).sign_in_minutes)
    role = None
    if organisation := request.query_params.get("organization"):
        token = request.cookies.get(SESSION_COOKIE)
        role = await service.role_in(context.database, token, organisation, context.clock.now())
    try:
        started = await service.begin_sign_in(
            context.database,
            esia,
            browser=request.cookies.get(SIGN_IN_COOKIE),
            return_to=local_path(request.query_params.get("next")),
            now=context.clock.now(),
            lasts=lasts,
            role=role,
        )
    except EsiaError as error:
        return _esia_failed(request, context, error)
    answer = redirect(started.url)
    set_cookie(answer, context, SIGN_IN_COOKIE, started.browser, lifetime=lasts, path=ENTER)
    return answer


@get(ENTER_BACK)
async def enter_back(request: AnyRequest, context: FromContext, esia: FromEsia) -> Response[bytes]:
    """The return from ESIA, with a code or an error: opens a session and redirects, or an error page."""
    query = request.query_params
    try:
        signed_in = await _finish(
            context, esia, request, query.get("state", ""), query.get("code"), query.get("error")
        )
    except AttemptRefused as error:
        return _failed(request, context, attempt_failure(words_for(request, context.words), error.problem))
    except EsiaError as error:
        return _esia_failed(request, context, error)
    except Unconfirmed:
        words = words_for(request, context.words)
        return _failed(request, context, unconfirmed_failure(words, esia.logout_url()))
    answer = redirect(signed_in.return_to)
    lifetime = service.session_lifetime(context.settings)
    set_cookie(answer, context, SESSION_COOKIE, signed_in.token, lifetime=lifetime)
    homes = await homes_of(context, signed_in.token) if signed_in.has_roles else ()
    remember_homes(answer, context, homes, lifetime)
    return answer


@post("/leave", status_code=HTTP_303_SEE_OTHER)
async def leave(request: AnyRequest, context: FromContext, esia: FromEsia) -> Response[bytes]:
    """Sign out here, then at ESIA, so that the next person at a shared computer doesn't get this account."""
    token = request.cookies.get(SESSION_COOKIE)
    await checked_form(request, context)
    if token:
        await service.sign_out(context.database, token, context.clock.now())
    answer = redirect(esia.logout_url())
    answer.delete_cookie(SESSION_COOKIE, path="/")
    remember_homes(answer, context, (), service.session_lifetime(context.settings))
    return answer


ROUTES = [enter, enter_back, leave]


async def _finish(
    context: AppContext,
    esia: EsiaClient,
    request: AnyRequest,
    state: str,
    code: str | None,
    error: str | None,
) -> SignedIn:
    """The state is marked as used before anything else: what comes with a foreign state is ignored."""
    attempt = await service.use_attempt(
        context.database, state=state, browser=request.cookies.get(SIGN_IN_COOKIE), now=context.clock.now()
    )
    if not code:
        raise refusal(error or "no code", request.query_params.get("error_description", ""))
    if not esia.is_code_of(code, state):
        raise AttemptRefused("other-browser")  # ESIA gave the code for another sign-in
    token, now = request.cookies.get(SESSION_COOKIE), context.clock.now()
    role = None
    if attempt.acting_for is not None:
        role = await service.role_in(context.database, token, attempt.acting_for, now)
    profile = await service.fetch_signed_in(esia, code, attempt, role)
    own = context.settings.of(IdentitySettings)
    device = device_of(request.headers.get("user-agent", ""))
    return await service.sign_in(
        context.database,
        profile,
        # Who was to act for an organisation, and does not, learns it there.
        return_to=ORGANIZATION if attempt.acting_for and not profile.acting_for else attempt.return_to,
        earlier_token=token,
        now=now,
        new=NewSession(
            service.session_lifetime(context.settings),
            service.idle_limit(profile, own),
            device,
            profile.acting_for,
        ),
        keyring=context.service(service.Rights).keyring,
    )


def _esia_failed(request: AnyRequest, context: AppContext, error: EsiaError) -> Response[bytes]:
    level = logging.ERROR if isinstance(error, EsiaAnswerWrong) else logging.WARNING
    _log.log(level, "sign-in failed", exc_info=error)
    return _failed(request, context, esia_failure(words_for(request, context.words), error))


def _failed(request: AnyRequest, context: AppContext, failure: Failure) -> Response[bytes]:
    headers = {} if failure.retry_after is None else {"retry-after": str(failure.retry_after)}
    # Not the page's own address, which holds the code and the state.
    page = page_view(request, context, failure.title, path="/")
    return html_page(context, TEMPLATE, page, failure.view, status=failure.status, headers=headers)
