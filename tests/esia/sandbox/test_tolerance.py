"""What real clients send is accepted: containers, encodings, places, variants of the signed string."""

import base64
from typing import Any
from urllib.parse import quote

import pytest

from myedu.esia.parameters import new_code_verifier, new_state
from myedu.esia.signing import from_any_base64
from myedu.esia.signing.openssl import run_openssl
from tests.esia.conftest import MNEMONIC, MOTHER, NOW, REDIRECT, Keys, Open, Page, Stand, query_of, signer_of

ENCODINGS = {
    "url-safe": lambda data: base64.urlsafe_b64encode(data).decode().rstrip("="),
    "url-safe padded": lambda data: base64.urlsafe_b64encode(data).decode(),
    "plain": lambda data: base64.b64encode(data).decode(),
}


async def code_for(stand: Stand, parameters: dict[str, str]) -> str:
    page = await stand.authorize(parameters)
    address = await stand.browser.choose(page, MOTHER) if isinstance(page, Page) else page
    return query_of(address)["code"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("version", ["v1", "v2"])
async def test_encodings(open_stand: Open, version: str, encoding: str) -> None:
    async with open_stand(version=version) as stand:
        verifier = new_code_verifier()
        parameters = stand.requests().authorization(new_state(), verifier, NOW)
        parameters["client_secret"] = ENCODINGS[encoding](from_any_base64(parameters["client_secret"]))
        assert await code_for(stand, parameters)


@pytest.mark.parametrize("gost", [False, True])
@pytest.mark.parametrize("options", [["-nodetach"], ["-nodetach", "-noattr"], ["-noattr"], []])
async def test_containers_of_v1(open_stand: Open, gost: bool, options: list[str]) -> None:
    async with open_stand(gost=gost) as stand:
        parameters = stand.requests().authorization(new_state(), "", NOW)
        signed = "".join(parameters[name] for name in ("scope", "timestamp", "client_id", "state")).encode()
        cms = run_openssl(
            *("cms", "-sign", "-binary", "-outform", "DER", *options),
            *("-signer", stand.settings.certificate, "-inkey", stand.settings.key),
            stdin=signed,
            gost=gost,
        )
        assert await code_for(stand, {**parameters, "client_secret": ENCODINGS["url-safe"](cms)})


@pytest.mark.parametrize("signs_scope_org", [True, False])
async def test_scope_org_may_be_missing_in_the_signed_string(
    open_stand: Open, keys: Keys, signs_scope_org: bool
) -> None:
    async with open_stand(version="v2") as stand:
        signed_as = {"scope_org": "org_inn"} if signs_scope_org else {}
        parameters = stand.requests(**signed_as).authorization(new_state(), "V", NOW)
        code = await code_for(stand, {**parameters, "scope_org": "org_inn"})
        exchange = {**stand.requests(**signed_as).exchange(code, "V", NOW), "scope_org": "org_inn"}
        assert (await stand.exchange(exchange))[0] == 200


async def test_both_refreshes_of_v3(open_stand: Open, keys: Keys) -> None:
    """The client uses the one with redirect_uri; the other signs the token and sends no hash."""
    async with open_stand(version="v2") as stand:
        token = (await stand.tokens(MOTHER)).refresh_token or ""
        stamp, state = "2026.11.23 09:00:00 +0000", new_state()
        signed = f"{MNEMONIC}openid{stamp}{state}{token}".encode()
        refresh = {
            "client_id": MNEMONIC,
            "client_secret": ENCODINGS["plain"](signer_of(keys.rsa).sign_raw(signed)),
            "scope": "openid",
            "state": state,
            "timestamp": stamp,
            "grant_type": "refresh_token",
            "refresh_token": token,
        }
        status, answer = await stand.exchange(refresh)
        assert (status, answer["state"]) == (200, state)


async def post(stand: Stand, path: str, query: dict[str, str], body: dict[str, str]) -> tuple[int, Any]:
    async with stand.session.post(f"{stand.url}{path}", params=query, data=body) as answer:
        return answer.status, await answer.json()


async def test_parameters_in_the_query_unknown_ones_and_another_scope(open_stand: Open) -> None:
    async with open_stand() as stand:
        for place in ("query", "body", "both"):
            code = await stand.code(MOTHER, "")
            whole = {**stand.requests(scopes="openid").exchange(code, "", NOW), "unknown": "1"}
            query = whole if place != "body" else {}
            body = whole if place != "query" else {}
            status, answer = await post(stand, "/aas/oauth2/te", query, body)
            assert (status, answer["token_type"], answer["expires_in"]) == (200, "Bearer", 3600)
            assert answer["state"] == whole["state"]


async def test_the_state_of_the_authorization_once_more(open_stand: Open) -> None:
    async with open_stand() as stand:
        state = new_state()
        code = await code_for(stand, stand.requests().authorization(state, "", NOW))
        again = stand.requests().authorization(state, "", NOW)
        del again["response_type"], again["access_type"]
        status, answer = await stand.exchange({**again, "grant_type": "authorization_code", "code": code})
        assert (status, answer["state"]) == (200, state)


async def test_redirect_uri_encoded_twice_at_te(open_stand: Open) -> None:
    async with open_stand() as stand:
        code = await stand.code(MOTHER, "")
        exchange = {**stand.requests().exchange(code, "", NOW), "redirect_uri": quote(REDIRECT, safe="")}
        assert (await stand.exchange(exchange))[0] == 200


async def test_authorization_by_post(open_stand: Open) -> None:
    async with open_stand() as stand:
        parameters = stand.requests().authorization(new_state(), "", NOW)
        async with stand.session.post(f"{stand.url}/aas/oauth2/ac", data=parameters) as answer:
            assert answer.status == 200
            assert "Кто входит?" in await answer.text()


async def test_v2_te_is_v3_te(open_stand: Open) -> None:
    async with open_stand(version="v2") as stand:
        exchange = stand.requests().exchange(await stand.code(MOTHER, "V"), "V", NOW)
        assert (await post(stand, "/aas/oauth2/v2/te", {}, exchange))[0] == 200


async def test_online_gives_no_refresh_token(open_stand: Open) -> None:
    async with open_stand() as stand:
        parameters = {**stand.requests().authorization(new_state(), "", NOW), "access_type": "online"}
        code = await code_for(stand, parameters)
        assert (await stand.client.exchange(code, "")).refresh_token is None


async def test_a_challenge_in_plain(open_stand: Open) -> None:
    async with open_stand(version="v2") as stand:
        parameters = {**stand.requests().authorization(new_state(), "V", NOW), "code_challenge": "V"}
        del parameters["code_challenge_method"]
        code = await code_for(stand, parameters)
        assert (await stand.exchange(stand.requests().exchange(code, "V", NOW)))[0] == 200
