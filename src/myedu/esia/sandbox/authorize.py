"""Signing in: «ac» of both versions, the page of choice, the way back to the client, signing out."""

from datetime import timedelta
from urllib.parse import quote, urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from myedu.esia.sandbox.checks import (
    Version,
    check_certificate_hash,
    check_timestamp,
    check_v1_secret,
    check_v2_secret,
    check_version,
)
from myedu.esia.sandbox.errors import Code, OauthFault
from myedu.esia.sandbox.parameters import Parameters, read_parameters, required
from myedu.esia.sandbox.people import SandboxPerson
from myedu.esia.sandbox.registry import Client
from myedu.esia.sandbox.scopes import check_scopes, organisation_oids, words_of
from myedu.esia.sandbox.state import Sandbox
from myedu.esia.sandbox.tokens import (
    SESSION_LIFE,
    AuthorizationRequest,
    Grant,
    Session,
    TokenWrong,
    new_session,
)

_COOKIE = "ESIA_SESSION"
_FILTERS = frozenset({"", "conf_acc", "acc_kid", "acc_not_kid"})
_METHODS = frozenset({"plain", "S256"})


async def ac_v1(request: Request) -> Response:
    return await _ac(request, "v1")


async def ac_v2(request: Request) -> Response:
    return await _ac(request, "v2")


async def _ac(request: Request, version: Version) -> Response:
    """Faults of the client's identity or address stay here; all others go back to the client."""
    sandbox = Sandbox.of(request)
    try:
        parameters = await read_parameters(request)
        mnemonic, redirect_uri = required(parameters, "client_id", "redirect_uri")
        client = sandbox.registry.find(mnemonic)
        if not client.may_redirect_to(redirect_uri):
            raise OauthFault(Code.REDIRECT_WRONG)
    except OauthFault as fault:
        return sandbox.pages.fault(fault.description)
    try:
        asked = await run_in_threadpool(_checked, sandbox, client, parameters, version)
        session = await _session(request)
        if session is not None:
            return await _back_with_code(sandbox, asked, session)
    except OauthFault as fault:
        return _back_with_fault(redirect_uri, parameters.get("state", ""), fault)
    page = await run_in_threadpool(sandbox.tokens.page, asked, sandbox.clock.now())
    return RedirectResponse(f"/login?request={page}", status_code=302)


def _checked(
    sandbox: Sandbox, client: Client, parameters: Parameters, version: Version
) -> AuthorizationRequest:
    check_version(client, version)
    now, settings = sandbox.clock.now(), sandbox.settings
    response_type, state, access_type = required(parameters, "response_type", "state", "access_type")
    if response_type != "code":
        raise OauthFault(Code.RESPONSE_TYPE, response_type)
    scope, scope_org = parameters.get("scope", ""), parameters.get("scope_org", "")
    check_scopes(scope, scope_org)
    check_timestamp(parameters, now, timedelta(seconds=settings.timestamp_tolerance_s))
    if version == "v1":
        check_v1_secret(client, parameters)
    else:
        check_certificate_hash(client, parameters)
        check_v2_secret(client, parameters)
    asked = AuthorizationRequest(
        client_id=client.registered.mnemonic,
        version=version,
        redirect_uri=parameters["redirect_uri"],
        scope=scope,
        scope_org=scope_org,
        state=state,
        offline=access_type == "offline",
        person_filter=parameters.get("person_filter", ""),
        code_challenge=parameters.get("code_challenge", ""),
        code_challenge_method=parameters.get("code_challenge_method", "plain"),
    )
    _check_values(asked, access_type, "permissions" in parameters)
    if version == "v2" and client.registered.pkce_required and not asked.code_challenge:
        raise OauthFault(Code.NO_CHALLENGE)
    return asked


def _check_values(asked: AuthorizationRequest, access_type: str, has_permissions: bool) -> None:
    if access_type not in ("online", "offline"):
        raise OauthFault(Code.PARAMETER_WRONG, "access_type")
    if asked.person_filter not in _FILTERS:
        raise OauthFault(Code.PARAMETER_WRONG, "person_filter")
    if asked.code_challenge_method not in _METHODS:
        raise OauthFault(Code.PARAMETER_WRONG, "code_challenge_method")
    if has_permissions and "openid" not in asked.scope.split():
        raise OauthFault(Code.SCOPE_WRONG, "permissions need openid")


async def login_page(request: Request) -> Response:
    """The page on which one chooses who one is."""
    sandbox = Sandbox.of(request)
    page = request.query_params.get("request", "")
    try:
        asked = await run_in_threadpool(sandbox.tokens.read_page, page, sandbox.clock.now())
    except TokenWrong:
        return sandbox.pages.stale()
    return sandbox.pages.choose(
        page=page,
        system=asked.client_id,
        asked=words_of(asked.scope),
        people=sandbox.cast.with_accounts(),
        returns_to=_origin(asked.redirect_uri),
    )


async def login(request: Request) -> Response:
    sandbox = Sandbox.of(request)
    now = sandbox.clock.now()
    try:
        form = await read_parameters(request)
        asked = await run_in_threadpool(sandbox.tokens.read_page, form.get("request", ""), now)
    except OauthFault as fault:
        return sandbox.pages.fault(fault.description)
    except TokenWrong:
        return sandbox.pages.stale()
    if "decline" in form:
        return _back_with_fault(asked.redirect_uri, asked.state, OauthFault(Code.DENIED))
    person = _chosen(sandbox, form.get("oid", ""))
    if person is None:
        return sandbox.pages.stale()
    session = new_session(person.oid, now)
    try:
        answer = await _back_with_code(sandbox, asked, session)
    except OauthFault as fault:
        return _back_with_fault(asked.redirect_uri, asked.state, fault)
    cookie = await run_in_threadpool(sandbox.tokens.session, session, now)
    life = int(SESSION_LIFE.total_seconds())
    answer.set_cookie(_COOKIE, cookie, max_age=life, httponly=True, samesite="lax")
    return answer


async def logout(request: Request) -> Response:
    """`redirect_url`, not `redirect_uri`; it must lie in a registered domain of the client."""
    sandbox = Sandbox.of(request)
    address = request.query_params.get("redirect_url", "")
    try:
        client = sandbox.registry.find(request.query_params.get("client_id", ""))
        if address and not client.may_redirect_to(address):
            raise OauthFault(Code.REDIRECT_WRONG)
    except OauthFault as fault:
        return sandbox.pages.fault(fault.description)
    answer = RedirectResponse(address, status_code=302) if address else sandbox.pages.signed_out()
    answer.delete_cookie(_COOKIE, httponly=True, samesite="lax")
    return answer


async def _session(request: Request) -> Session | None:
    sandbox = Sandbox.of(request)
    cookie = request.cookies.get(_COOKIE, "")
    try:
        session = await run_in_threadpool(sandbox.tokens.read_session, cookie, sandbox.clock.now())
    except TokenWrong:
        return None
    return session if _chosen(sandbox, str(session.oid)) else None


def _chosen(sandbox: Sandbox, oid: str) -> SandboxPerson | None:
    return next((person for person in sandbox.cast.with_accounts() if str(person.oid) == oid), None)


async def _back_with_code(
    sandbox: Sandbox, asked: AuthorizationRequest, session: Session
) -> RedirectResponse:
    person = sandbox.cast.person(session.oid)
    if person is None:
        raise OauthFault(Code.DENIED)
    _check_person(person, asked)
    client = sandbox.registry.find(asked.client_id)
    code = await run_in_threadpool(sandbox.tokens.code, Grant(asked, session), client, sandbox.clock.now())
    return _back(asked.redirect_uri, {"code": code, "state": asked.state})


def _check_person(person: SandboxPerson, asked: AuthorizationRequest) -> None:
    """What the client demanded of the account that signs in."""
    if asked.person_filter == "conf_acc" and not person.confirmed:
        raise OauthFault(Code.NOT_CONFIRMED)
    is_child = person.account == "child"
    if (asked.person_filter == "acc_kid" and not is_child) or (
        asked.person_filter == "acc_not_kid" and is_child
    ):
        raise OauthFault(Code.WRONG_USER)
    if not organisation_oids(asked.scope) <= {role.organisation for role in person.roles}:
        raise OauthFault(Code.NOT_A_MEMBER)


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _back_with_fault(redirect_uri: str, state: str, fault: OauthFault) -> Response:
    return _back(redirect_uri, {"error_description": fault.description, "state": state, "error": fault.error})


def _back(redirect_uri: str, parameters: dict[str, str]) -> RedirectResponse:
    joint = "&" if urlsplit(redirect_uri).query else "?"
    return RedirectResponse(f"{redirect_uri}{joint}{urlencode(parameters, quote_via=quote)}", status_code=302)
