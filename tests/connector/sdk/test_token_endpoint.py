"""The token endpoint: who gets a token, and what is refused."""

from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import jwt
import msgspec
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from myedu.connector.sdk.client import JournalAddress, JournalClient
from myedu.connector.sdk.errors import JournalRefuses
from myedu.connector.sdk.server import RegisteredClient, connector_app
from myedu.connector.sdk.signing import (
    BadKey,
    BadToken,
    claims_verified_by_any,
    load_private_key,
    load_public_key,
    load_public_keys,
    sign,
)
from myedu.kit.clock import SystemClock
from myedu.kit.serve import serving
from tests.connector.sdk.conftest import CLIENT_ID, TOKEN_KEY, KeyPair, Stand, Stands
from tests.connector.sdk.school import School

CAPABILITIES = "/v1/capabilities"


async def call_with(stand: Stand, authorization: str) -> int:
    headers = {"Authorization": authorization}
    async with stand.session.get(stand.url + CAPABILITIES, headers=headers) as response:
        if response.status == 401:
            assert response.headers["WWW-Authenticate"] == "Bearer"
        return response.status


async def test_a_good_assertion_gives_a_bearer_token(stand: Stand) -> None:
    status, body = await stand.grant(stand.assertion())
    assert (status, body["token_type"], body["expires_in"]) == (200, "Bearer", 3600)
    assert await call_with(stand, f"Bearer {body['access_token']}") == 200


async def test_an_assertion_is_good_once(stand: Stand) -> None:
    assertion = stand.assertion()
    assert (await stand.grant(assertion))[0] == 200
    status, body = await stand.grant(assertion)
    assert (status, body["error"], body["code"]) == (401, "invalid_client", "unauthorized")
    assert "jti" in body["detail"]


async def test_a_jti_is_remembered_until_its_assertion_expires(stand: Stand) -> None:
    long_lived = stand.assertion(exp=int(stand.clock.now().timestamp()) + 300)
    assert (await stand.grant(long_lived))[0] == 200
    for _ in range(5):
        stand.clock.advance(timedelta(minutes=1))
        assert (await stand.grant(stand.assertion()))[0] == 200
        assert (await stand.grant(long_lived))[0] == 401


def changed(stand: Stand) -> dict[str, dict[str, Any]]:
    now = int(stand.clock.now().timestamp())
    return {
        "wrong aud": {"aud": "https://another.example/oauth2/token"},
        "aud without the path": {"aud": stand.url},
        "expired": {"exp": now - 120},
        "lives an hour": {"exp": now + 3600},
        "issued tomorrow": {"iat": now + 86400, "exp": now + 60},
        "unknown client": {"iss": "nobody", "sub": "nobody"},
        "another subject": {"sub": "nobody"},
        "no jti": {"jti": None},
        "empty jti": {"jti": ""},
        "no exp": {"exp": None},
        "exp is text": {"exp": "soon"},
    }


@pytest.mark.parametrize(
    "case",
    [
        "wrong aud",
        "aud without the path",
        "expired",
        "lives an hour",
        "issued tomorrow",
        "unknown client",
        "another subject",
        "no jti",
        "empty jti",
        "no exp",
        "exp is text",
    ],
)
async def test_a_wrong_assertion_gives_none(stand: Stand, case: str) -> None:
    status, body = await stand.grant(stand.assertion(**changed(stand)[case]))
    assert (status, body["error"]) == (401, "invalid_client")
    assert "access_token" not in body


async def test_a_foreign_key_gives_none(stand: Stand, foreign_key: KeyPair) -> None:
    claims = jwt.decode(stand.assertion(), options={"verify_signature": False})
    assert (await stand.grant(jwt.encode(claims, foreign_key.private, algorithm="ES256")))[0] == 401


async def test_algorithms_are_chosen_by_the_key(
    stand_of: Stands, rsa_key: KeyPair, portal_key: KeyPair
) -> None:
    stand = stand_of(School(), key=rsa_key)

    def signed(jti: str, algorithm: str, key: Any) -> str:
        now = int(stand.clock.now().timestamp())
        claims = {"iss": CLIENT_ID, "sub": CLIENT_ID, "aud": f"{stand.url}/oauth2/token", "jti": jti}
        return jwt.encode(claims | {"iat": now, "exp": now + 60}, key, algorithm=algorithm)

    assert (await stand.grant(signed("1", "RS256", rsa_key.private)))[0] == 200
    assert (await stand.grant(signed("2", "PS256", rsa_key.private)))[0] == 200
    assert (await stand.grant(signed("3", "RS512", rsa_key.private)))[0] == 401
    assert (await stand.grant(signed("4", "none", None)))[0] == 401
    assert (await stand.grant(signed("5", "ES256", portal_key.private)))[0] == 401
    # the classic: the public key, which is no secret, used as the key of an HMAC
    assert (await stand.grant(signed("6", "HS256", b"x" * 32)))[0] == 401


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"grant_type": "authorization_code"}, "unsupported_grant_type"),
        ({"client_assertion_type": "something"}, "invalid_request"),
        ({"client_assertion": "not a jwt"}, "invalid_client"),
        ({"client_id": "another"}, "invalid_client"),
    ],
)
async def test_a_wrong_form(stand: Stand, fields: dict[str, str], error: str) -> None:
    status, body = await stand.grant(stand.assertion(), **fields)
    assert (status in (400, 401), body["error"]) == (True, error)


async def test_secrets_in_an_address_are_refused(stand: Stand) -> None:
    url = f"{stand.url}/oauth2/token?client_assertion={stand.assertion()}"
    async with stand.session.post(url, data={"grant_type": "client_credentials"}) as response:
        assert response.status == 400
    token = await stand.token()
    async with stand.session.get(f"{stand.url}{CAPABILITIES}?access_token={token}") as response:
        assert (response.status, (await response.json(content_type=None))["field"]) == (400, "access_token")


@pytest.mark.parametrize("media_type", ["application/json", "multipart/form-data; boundary=x", ""])
async def test_only_a_form_is_read(stand: Stand, media_type: str) -> None:
    headers = {"Content-Type": media_type}
    async with stand.session.post(f"{stand.url}/oauth2/token", data=b"{}", headers=headers) as response:
        assert (response.status, (await response.json(content_type=None))["error"]) == (
            400,
            "invalid_request",
        )


async def test_a_huge_form_is_not_read(stand: Stand) -> None:
    status, body = await stand.grant("x" * 100_000)
    assert (status, body["code"]) == (413, "too-large")


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer ", "Basic dTpw", "Bearer x.y.z", "Bearer é"])
async def test_without_a_good_token_there_is_401(stand: Stand, authorization: str) -> None:
    assert await call_with(stand, authorization) == 401


async def test_an_expired_token_is_401(stand: Stand) -> None:
    token = await stand.token()
    stand.clock.advance(timedelta(minutes=62))
    assert await call_with(stand, f"Bearer {token}") == 401


async def test_a_token_of_another_system_is_401(stand: Stand, stand_of: Stands) -> None:
    another = stand_of(School())
    assert await call_with(stand, f"Bearer {await another.token()}") == 401


async def test_an_assertion_is_not_an_access_token(stand: Stand) -> None:
    assert await call_with(stand, f"Bearer {stand.assertion(aud=stand.url, iss=stand.url)}") == 401


async def test_a_short_token_key_is_refused_at_the_start(portal_key: KeyPair, clock: Any) -> None:
    with pytest.raises(ValueError, match="at least 32"):
        connector_app(
            School(),
            base_url="http://x.example",
            clients=[RegisteredClient(CLIENT_ID, portal_key.public)],
            token_key=TOKEN_KEY[:16],
            clock=clock,
        )


@pytest.mark.parametrize("pem", ["", "nothing", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"])
def test_an_unusable_key(pem: str) -> None:
    with pytest.raises(BadKey):
        load_public_key(pem)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"error": "invalid_scope", "error_description": "<b>no</b>"}, "invalid_scope, we name no scope"),
        ({"error": "invalid_client"}, "invalid_client, check client_id, key or secret"),
        ({"error": "unauthorized_client"}, "allow it there"),
        ({"error": "unsupported_grant_type"}, "is the address of the token endpoint right?"),
        ({"error": "of_their_own"}, "check client_id, key, address and clock"),
        ({"error": 5}, "check client_id, key, address and clock"),
        ([], "check client_id, key, address and clock"),
        ("no JSON", "check client_id, key, address and clock"),
    ],
)
async def test_a_refusal_says_what_to_do(portal_key: KeyPair, clock: Any, body: Any, words: str) -> None:
    async def token(request: Request) -> Response:
        content = body.encode() if isinstance(body, str) else msgspec.json.encode(body)
        return Response(content, 400, media_type="application/json")

    app = Starlette(routes=[Route("/oauth2/token", token, methods=["POST"])])
    async with serving(app) as url, aiohttp.ClientSession() as session:
        client = JournalClient(
            session, JournalAddress("r25-a", url, CLIENT_ID), portal_key.private, clock=clock
        )
        clock.set(SystemClock().now())  # as the server's Date
        with pytest.raises(JournalRefuses) as refusal:
            await client.capabilities()
    assert refusal.value.reason == "unauthorized"
    assert words in refusal.value.sentence
    assert "<b>" not in refusal.value.sentence


def test_while_a_client_changes_its_key_both_are_good(portal_key: KeyPair, rsa_key: KeyPair) -> None:
    keys = load_public_keys(portal_key.public + rsa_key.public)
    assert len(keys) == 2
    with pytest.raises(BadKey):
        load_public_keys(portal_key.public + "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n")
    now = datetime(2026, 11, 23, tzinfo=UTC)
    seconds = int(now.timestamp())
    claims = {"iss": "a", "sub": "a", "aud": "b", "exp": seconds + 60, "iat": seconds, "jti": "1"}
    for key in (portal_key, rsa_key):
        token = sign(claims, load_private_key(key.private))
        found = claims_verified_by_any(token, keys, audience="b", issuer="a", now=now, longest=300)
        assert found["jti"] == "1"
        wrong = keys[:1] if key is rsa_key else keys[1:]
        with pytest.raises(BadToken):
            claims_verified_by_any(token, wrong, audience="b", issuer="a", now=now, longest=300)
