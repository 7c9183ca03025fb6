"""The token endpoint («te») of version 1, and of versions 2 and 3, which differ in what is signed."""

import hashlib
import re
from datetime import datetime, timedelta
from hmac import compare_digest
from urllib.parse import unquote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from myedu.esia.sandbox.checks import (
    Version,
    check_certificate_hash,
    check_timestamp,
    check_v1_secret,
    check_v2_refresh_secret,
    check_v2_secret,
    check_version,
)
from myedu.esia.sandbox.errors import Code, OauthFault
from myedu.esia.sandbox.parameters import Parameters, read_parameters, required
from myedu.esia.sandbox.registry import Client
from myedu.esia.sandbox.scopes import check_system_scopes, organisation_oids
from myedu.esia.sandbox.state import Sandbox
from myedu.esia.sandbox.tokens import AuthorizationRequest, Grant, InvalidToken
from myedu.esia.signing import base64url

_JSON = "application/json;charset=UTF-8"
_LIFE_S = 3600
_CHANGED_PERMISSION = re.compile(r"prm_chg\?oid=(?P<oid>[0-9]{1,18})")

Answer = dict[str, object]


async def te_v1(request: Request) -> Response:
    """/aas/oauth2/te: JSON with tokens, or 400 with OAuth2's error and the state."""
    return await _te(request, "v1")


async def te_v2(request: Request) -> Response:
    """/aas/oauth2/v2/te and /aas/oauth2/v3/te: the same for version 2."""
    return await _te(request, "v2")


async def _te(request: Request, version: Version) -> Response:
    try:
        parameters = await read_parameters(request)
    except OauthFault as fault:
        return _refused(fault, request.query_params.get("state", ""))
    return await answer_tokens(request, parameters, version)


def _refused(fault: OauthFault, state: str) -> Response:
    body = {"error": fault.error, "error_description": fault.description, "state": state}
    return JSONResponse(body, status_code=400, media_type=_JSON)


async def answer_tokens(request: Request, parameters: Parameters, version: Version) -> Response:
    """JSON with tokens for these parameters, or 400 with OAuth2's error and the state."""
    state = parameters.get("state", "")
    try:
        answer = await run_in_threadpool(_answer, Sandbox.of_request(request), parameters, version)
    except OauthFault as fault:
        return _refused(fault, state)
    return JSONResponse({**answer, "state": state}, media_type=_JSON, headers={"Cache-Control": "no-store"})


def _answer(sandbox: Sandbox, parameters: Parameters, version: Version) -> Answer:
    now = sandbox.clock.now()
    mnemonic, grant_type, _ = required(parameters, "client_id", "grant_type", "state")
    client = sandbox.registry.find(mnemonic)
    check_version(client, version)
    check_timestamp(parameters, now, timedelta(seconds=sandbox.settings.timestamp_tolerance_s))
    if grant_type == "authorization_code":
        return _exchange(sandbox, client, parameters, version, now)
    if grant_type == "refresh_token":
        return _refresh(sandbox, client, parameters, version, now)
    if grant_type == "client_credentials":
        return _system_token(sandbox, client, parameters, version, now)
    raise OauthFault(Code.GRANT_TYPE, grant_type)


def _exchange(
    sandbox: Sandbox, client: Client, parameters: Parameters, version: Version, now: datetime
) -> Answer:
    code, redirect_uri = required(parameters, "code", "redirect_uri")
    if version == "v1":
        check_v1_secret(client, parameters)
    else:
        check_certificate_hash(client, parameters)
        check_v2_secret(client, parameters, code=code)
    try:
        grant = sandbox.tokens.read_authorization_code(code, now)
    except InvalidToken:
        raise OauthFault(Code.GRANT_WRONG) from None
    authorization = grant.request
    # One client in use encodes redirect_uri twice here.
    same_uri = authorization.redirect_uri in (redirect_uri, unquote(redirect_uri))
    if authorization.client_id != client.registered.mnemonic or not same_uri:
        raise OauthFault(Code.GRANT_WRONG)
    _check_challenge(authorization, parameters.get("code_verifier", ""))
    if not sandbox.token_store.use_code(code, now):
        raise OauthFault(Code.GRANT_WRONG)
    return _issue(sandbox, client, grant, now)


def _refresh(
    sandbox: Sandbox, client: Client, parameters: Parameters, version: Version, now: datetime
) -> Answer:
    (token,) = required(parameters, "refresh_token")
    if version == "v1":
        check_v1_secret(client, parameters)
    else:
        _check_hash_if_sent(client, parameters)
        check_v2_refresh_secret(client, parameters)
    grant = sandbox.token_store.take_refresh_token(token, client.registered.mnemonic, now)
    if grant is None:
        raise OauthFault(Code.GRANT_WRONG)
    return _issue(sandbox, client, grant, now)


def _system_token(
    sandbox: Sandbox, client: Client, parameters: Parameters, version: Version, now: datetime
) -> Answer:
    """A token of the system itself; with the scope `prm_chg?oid=…` one of a person, as permitted by now.

    Scopes name organisations, which must be there and must not have refused the system.
    """
    (scope,) = required(parameters, "scope")
    if version == "v1":
        check_v1_secret(client, parameters)
    else:
        _check_hash_if_sent(client, parameters)
        check_v2_secret(client, parameters)
    if changed := _CHANGED_PERMISSION.fullmatch(scope):
        token = _token_of_permission(sandbox, client, int(changed["oid"]), now)
    else:
        check_system_scopes(scope)
        for oid in organisation_oids(scope):
            place = sandbox.cast.organisation(oid)
            if place is None or client.registered.mnemonic in place.refuses:
                raise OauthFault(Code.NO_GRANTS)
        token = sandbox.tokens.system_access_token(client, scope, now)
    return {"access_token": token, "token_type": "Bearer", "expires_in": _LIFE_S}


def _token_of_permission(sandbox: Sandbox, client: Client, oid: int, now: datetime) -> str:
    permission = sandbox.permissions.find(oid, client.registered.mnemonic)
    grant = sandbox.permissions.narrowed(permission.grant) if permission else None
    if grant is None:
        raise OauthFault(Code.NO_GRANTS)
    return sandbox.tokens.access_token(grant, client, now)


def _issue(sandbox: Sandbox, client: Client, granted: Grant, now: datetime) -> Answer:
    """Tokens for what is permitted now. Raises OauthFault 007011 if the person has withdrawn all of it."""
    grant = sandbox.permissions.narrowed(granted)
    if grant is None:
        raise OauthFault(Code.GRANT_WRONG)
    answer: Answer = {
        "access_token": sandbox.tokens.access_token(grant, client, now),
        "token_type": "Bearer",
        "expires_in": _LIFE_S,
    }
    if "openid" in grant.request.scope.split():
        answer["id_token"] = sandbox.tokens.id_token(grant, client, now)
    if grant.request.offline:
        answer["refresh_token"] = sandbox.token_store.new_refresh_token(granted, now)
    return answer


def _check_hash_if_sent(client: Client, parameters: Parameters) -> None:
    """Some clients leave the hash out of all calls but the exchange of a code."""
    if "client_certificate_hash" in parameters:
        check_certificate_hash(client, parameters)


def _check_challenge(authorization: AuthorizationRequest, verifier: str) -> None:
    if not authorization.code_challenge:
        return
    challenge = verifier
    if authorization.code_challenge_method == "S256":
        challenge = base64url(hashlib.sha256(verifier.encode()).digest())
    if not compare_digest(challenge.encode(), authorization.code_challenge.encode()):
        raise OauthFault(Code.CHALLENGE_WRONG)
