"""The authorization endpoint («ac») of both versions, the page on which a person is chosen, signing out."""

import re
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
from myedu.esia.sandbox.people import Organisation, SandboxPerson
from myedu.esia.sandbox.registry import Client
from myedu.esia.sandbox.scopes import check_scopes, describe_scopes, organisation_oids
from myedu.esia.sandbox.state import Sandbox
from myedu.esia.sandbox.token_endpoint import answer_tokens
from myedu.esia.sandbox.tokens import (
    LOGIN_LIFE,
    SESSION_LIFE,
    AuthorizationRequest,
    Grant,
    InvalidToken,
    Session,
    new_session,
)

_COOKIE = "ESIA_SESSION"
_LOGIN_COOKIE = "ESIA_LOGIN"
_FILTERS = frozenset({"", "conf_acc", "acc_kid", "acc_not_kid"})
_METHODS = frozenset({"plain", "S256"})
_KINDS = {"LEGAL": "L", "BUSINESS": "B", "AGENCY": "A"}
_OBJ_TYPE = re.compile(r"[PLBA](?:[ ,][PLBA])*|")
"""Letters of the roles that a client takes: P a private person, then those of organisations."""


async def ac_v1(request: Request) -> Response:
    """/aas/oauth2/ac: a redirect to /login, or back to the client with a code or an error.

    A POST with `response_type=token` and `grant_type=client_credentials` is answered with a system's token.
    """
    return await _ac(request, "v1")


async def ac_v2(request: Request) -> Response:
    """/aas/oauth2/v2/ac: the same for version 2."""
    return await _ac(request, "v2")


async def _ac(request: Request, version: Version) -> Response:
    """Faults of the client's identity or address are shown here; all others are sent back to the client."""
    sandbox = Sandbox.of_request(request)
    try:
        parameters = await read_parameters(request)
        if version == "v1" and request.method == "POST" and _wants_system_token(parameters):
            return await answer_tokens(request, parameters, version)
        mnemonic, redirect_uri = required(parameters, "client_id", "redirect_uri")
        client = sandbox.registry.find(mnemonic)
        if not client.may_redirect_to(redirect_uri):
            raise OauthFault(Code.REDIRECT_WRONG)
    except OauthFault as fault:
        return sandbox.pages.fault(fault.description)
    try:
        authorization = await run_in_threadpool(_check_request, sandbox, client, parameters, version)
        session = await _session(request)
        if session is not None and _is_permitted(sandbox, authorization, session):
            return await _redirect_with_code(sandbox, authorization, session)
    except OauthFault as fault:
        return _redirect_with_fault(redirect_uri, parameters.get("state", ""), fault)
    token = await run_in_threadpool(sandbox.tokens.login_token, authorization, sandbox.clock.now())
    # The address is bare, as ESIA's is: a client knows by it that its signature was accepted.
    response = RedirectResponse("/login", status_code=302)
    key, life = sandbox.token_store.keep_login(token, sandbox.clock.now()), int(LOGIN_LIFE.total_seconds())
    response.set_cookie(_LOGIN_COOKIE, key, max_age=life, path="/login", httponly=True, samesite="lax")
    return response


def _wants_system_token(parameters: Parameters) -> bool:
    kind = (parameters.get("response_type"), parameters.get("grant_type"))
    return kind == ("token", "client_credentials")


def _check_request(
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
    authorization = AuthorizationRequest(
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
        obj_type=parameters.get("obj_type", "") if version == "v2" else "",
    )
    _check_values(authorization, access_type, "permissions" in parameters)
    if version == "v2" and client.registered.pkce_required and not authorization.code_challenge:
        raise OauthFault(Code.NO_CHALLENGE)
    return authorization


def _check_values(authorization: AuthorizationRequest, access_type: str, has_permissions: bool) -> None:
    if access_type not in ("online", "offline"):
        raise OauthFault(Code.PARAMETER_WRONG, "access_type")
    if authorization.person_filter not in _FILTERS:
        raise OauthFault(Code.PARAMETER_WRONG, "person_filter")
    if authorization.code_challenge_method not in _METHODS:
        raise OauthFault(Code.PARAMETER_WRONG, "code_challenge_method")
    if not _OBJ_TYPE.fullmatch(authorization.obj_type):
        raise OauthFault(Code.OBJ_TYPE_WRONG, authorization.obj_type)
    if has_permissions and "openid" not in authorization.scope.split():
        raise OauthFault(Code.SCOPE_WRONG, "permissions need openid")


async def login_page(request: Request) -> Response:
    """GET /login: the page on which a person is chosen, for the request that this browser made last.

    Its form carries the checked request as a token, so that two tabs don't disturb each other.
    """
    sandbox = Sandbox.of_request(request)
    token = sandbox.token_store.login_of(request.cookies.get(_LOGIN_COOKIE, ""))
    try:
        authorization = await run_in_threadpool(sandbox.tokens.read_login_token, token, sandbox.clock.now())
    except InvalidToken:
        return sandbox.pages.stale()
    return sandbox.pages.choose(
        token=token,
        system=authorization.client_id,
        scopes=describe_scopes(f"{authorization.scope} {authorization.scope_org}"),
        people=sandbox.cast.with_accounts(),
        roles=_roles_offered(sandbox, authorization),
        returns_to=_origin(authorization.redirect_uri),
    )


async def login(request: Request) -> Response:
    """POST /login: the chosen person signs in, or declines; a redirect back to the client."""
    sandbox = Sandbox.of_request(request)
    now = sandbox.clock.now()
    try:
        form = await read_parameters(request)
        token = form.get("request") or sandbox.token_store.login_of(request.cookies.get(_LOGIN_COOKIE, ""))
        authorization = await run_in_threadpool(sandbox.tokens.read_login_token, token, now)
    except OauthFault as fault:
        return sandbox.pages.fault(fault.description)
    except InvalidToken:
        return sandbox.pages.stale()
    if "decline" in form:
        return _redirect_with_fault(authorization.redirect_uri, authorization.state, OauthFault(Code.DENIED))
    oid, _, organisation = form.get("oid", "").partition(":")
    person = _person_with_account(sandbox, oid)
    if person is None or not (organisation == "" or (organisation.isascii() and organisation.isdigit())):
        return sandbox.pages.stale()
    session = new_session(person.oid, now, int(organisation[:18]) if organisation else None)
    sandbox.permissions.grant(Grant(authorization, session))
    try:
        response = await _redirect_with_code(sandbox, authorization, session)
    except OauthFault as fault:
        return _redirect_with_fault(authorization.redirect_uri, authorization.state, fault)
    cookie = await run_in_threadpool(sandbox.tokens.session_token, session, now)
    life = int(SESSION_LIFE.total_seconds())
    response.set_cookie(_COOKIE, cookie, max_age=life, httponly=True, samesite="lax")
    return response


def _roles_offered(sandbox: Sandbox, authorization: AuthorizationRequest) -> dict[int, list[Organisation]]:
    """Person → the organisations for which they may sign in; empty if ESIA doesn't ask for the role."""
    if not authorization.asks_role:
        return {}
    return {
        person.oid: [
            place
            for role in person.roles
            if (place := sandbox.cast.organisation(role.organisation)) is not None
            and not place.liquidated
            and (not authorization.obj_type or _KINDS[place.type] in authorization.obj_type)
        ]
        for person in sandbox.cast.with_accounts()
    }


async def logout(request: Request) -> Response:
    """GET /idp/ext/Logout: ends the session; a redirect if `redirect_url` is in a domain of the client.

    It is `redirect_url` here, not `redirect_uri`.
    """
    sandbox = Sandbox.of_request(request)
    address = request.query_params.get("redirect_url", "")
    try:
        client = sandbox.registry.find(request.query_params.get("client_id", ""))
        if address and not client.may_redirect_to(address):
            raise OauthFault(Code.REDIRECT_WRONG)
    except OauthFault as fault:
        return sandbox.pages.fault(fault.description)
    response = RedirectResponse(address, status_code=302) if address else sandbox.pages.signed_out()
    response.delete_cookie(_COOKIE, httponly=True, samesite="lax")
    return response


async def _session(request: Request) -> Session | None:
    sandbox = Sandbox.of_request(request)
    cookie = request.cookies.get(_COOKIE, "")
    try:
        session = await run_in_threadpool(sandbox.tokens.read_session_token, cookie, sandbox.clock.now())
    except InvalidToken:
        return None
    return session if _person_with_account(sandbox, str(session.oid)) else None


def _is_permitted(sandbox: Sandbox, authorization: AuthorizationRequest, session: Session) -> bool:
    """Whether the person has agreed to all that is asked for; else they are asked."""
    if authorization.asks_role:
        return False  # the role is asked for each time
    known = sandbox.permissions.find(session.oid, authorization.client_id)
    return known is not None and set(authorization.scope.split()) <= set(known.scopes)


def _person_with_account(sandbox: Sandbox, oid: str) -> SandboxPerson | None:
    return next((person for person in sandbox.cast.with_accounts() if str(person.oid) == oid), None)


async def _redirect_with_code(
    sandbox: Sandbox, authorization: AuthorizationRequest, session: Session
) -> RedirectResponse:
    person = sandbox.cast.person(session.oid)
    if person is None:
        raise OauthFault(Code.DENIED)
    _check_person(person, authorization)
    _check_role(sandbox, person, authorization, session.acting_for)
    client = sandbox.registry.find(authorization.client_id)
    grant, now = Grant(authorization, session), sandbox.clock.now()
    code = await run_in_threadpool(sandbox.tokens.authorization_code, grant, client, now)
    return _redirect(authorization.redirect_uri, {"code": code, "state": authorization.state})


def _check_person(person: SandboxPerson, authorization: AuthorizationRequest) -> None:
    """Raises OauthFault if the account isn't of the kind that the client demands."""
    if authorization.person_filter == "conf_acc" and not person.confirmed:
        raise OauthFault(Code.NOT_CONFIRMED)
    is_child = person.account == "child"
    if (authorization.person_filter == "acc_kid" and not is_child) or (
        authorization.person_filter == "acc_not_kid" and is_child
    ):
        raise OauthFault(Code.WRONG_USER)


def _check_role(
    sandbox: Sandbox, person: SandboxPerson, authorization: AuthorizationRequest, acting_for: int | None
) -> None:
    """Raises OauthFault if the chosen role isn't the person's, or isn't of a kind that the client takes."""
    asked = organisation_oids(authorization.scope)
    if acting_for is not None:
        asked |= {acting_for}
    for oid in asked:
        place = sandbox.cast.organisation(oid)
        if place is None or place.liquidated or oid not in {role.organisation for role in person.roles}:
            raise OauthFault(Code.NOT_A_MEMBER)
        if authorization.client_id in place.refuses:
            raise OauthFault(Code.NO_GRANTS)
    kind = "P"
    if acting_for is not None and (chosen := sandbox.cast.organisation(acting_for)):
        kind = _KINDS[chosen.type]
    if authorization.obj_type and kind not in authorization.obj_type:
        raise OauthFault(Code.WRONG_USER)


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _redirect_with_fault(redirect_uri: str, state: str, fault: OauthFault) -> Response:
    return _redirect(
        redirect_uri, {"error_description": fault.description, "state": state, "error": fault.error}
    )


def _redirect(redirect_uri: str, parameters: dict[str, str]) -> RedirectResponse:
    joint = "&" if urlsplit(redirect_uri).query else "?"
    return RedirectResponse(f"{redirect_uri}{joint}{urlencode(parameters, quote_via=quote)}", status_code=302)
