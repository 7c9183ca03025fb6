"""The token endpoint refuses: HTTP 400 with the code, OAuth2's name and the state."""

from datetime import timedelta
from typing import Any

import pytest

from myedu.esia.errors import EsiaRefused
from myedu.esia.parameters import new_code_verifier
from tests.esia.conftest import MOTHER, NOW, REDIRECT, Keys, Open, Stand

BOTH = pytest.mark.parametrize("version", ["v1", "v2"])


async def refused(stand: Stand, parameters: dict[str, str]) -> tuple[str, str]:
    status, answer = await stand.exchange(parameters)
    assert status == 400
    assert answer["state"] == parameters.get("state", "")
    return answer["error_description"].removeprefix("ESIA-")[:6], answer["error"]


async def ready(stand: Stand, **changes: Any) -> dict[str, str]:
    """Good parameters of an exchange."""
    verifier = new_code_verifier()
    code = await stand.code(MOTHER, verifier)
    return stand.requests(**changes).exchange(code, verifier, stand.clock.now())


@BOTH
async def test_a_code_works_once(open_stand: Open, version: str) -> None:
    async with open_stand(version=version) as stand:
        parameters = await ready(stand)
        assert (await stand.exchange(parameters))[0] == 200
        assert await refused(stand, parameters) == ("007011", "invalid_grant")


async def test_a_code_lives_for_240_seconds(open_stand: Open) -> None:
    async with open_stand() as stand:
        verifier = new_code_verifier()
        young, old = await stand.code(MOTHER, verifier), await stand.code(MOTHER, verifier)
        stand.clock.advance(timedelta(seconds=239))
        await stand.client.exchange(young, verifier)
        stand.clock.advance(timedelta(seconds=1))
        with pytest.raises(EsiaRefused) as caught:
            await stand.client.exchange(old, verifier)
        assert caught.value.code == "007011"
        assert caught.value.for_user


@pytest.mark.parametrize("code", ["nonsense", "a.b.c", "e30.e30.e30"])
async def test_a_code_that_was_never_issued(open_stand: Open, code: str) -> None:
    async with open_stand() as stand:
        parameters = stand.requests().exchange(code, "", NOW)
        assert await refused(stand, parameters) == ("007011", "invalid_grant")


async def test_an_access_token_is_no_code(open_stand: Open) -> None:
    async with open_stand() as stand:
        tokens = await stand.tokens(MOTHER)
        parameters = stand.requests().exchange(tokens.access_token, "", NOW)
        assert await refused(stand, parameters) == ("007011", "invalid_grant")


async def test_a_code_of_another_system(open_stand: Open, keys: Keys) -> None:
    other = {
        "mnemonic": "OTHER",
        "certificate": keys.foreign.certificate,
        "redirect_domains": ["portal.example"],
    }
    own = {"mnemonic": "MYEDU", "certificate": keys.rsa.certificate, "redirect_domains": ["portal.example"]}
    async with open_stand(sandbox={"clients": [own, other]}) as stand:
        verifier = new_code_verifier()
        code = await stand.code(MOTHER, verifier)
        parameters = stand.requests(keys.foreign, client_id="OTHER").exchange(code, verifier, NOW)
        assert await refused(stand, parameters) == ("007011", "invalid_grant")


@BOTH
async def test_another_address_than_the_first(open_stand: Open, version: str) -> None:
    async with open_stand(version=version) as stand:
        parameters = await ready(stand, redirect_uri=f"{REDIRECT}/else")
        assert await refused(stand, parameters) == ("007011", "invalid_grant")


@pytest.mark.parametrize(
    ("changes", "code", "error"),
    [
        ({"client_id": "UNKNOWN"}, "007005", "unauthorized_client"),
        ({"grant_type": "password"}, "007012", "unsupported_grant_type"),
        ({"grant_type": "client_credentials", "scope": "openid"}, "007053", "access_denied"),
        ({"grant_type": "client_credentials", "scope": ""}, "007014", "invalid_request"),
        ({"grant_type": ""}, "007014", "invalid_request"),
        ({"code": ""}, "007014", "invalid_request"),
        ({"redirect_uri": ""}, "007014", "invalid_request"),
        ({"state": ""}, "007014", "invalid_request"),
        ({"client_secret": ""}, "007014", "invalid_request"),
        ({"timestamp": "yesterday"}, "007015", "invalid_request"),
        ({"scope": "openid"}, "007053", "access_denied"),
        ({"client_secret": "AAAA"}, "007053", "access_denied"),
    ],
)
async def test_a_parameter_is_wrong(open_stand: Open, changes: dict[str, str], code: str, error: str) -> None:
    async with open_stand() as stand:
        assert await refused(stand, {**await ready(stand), **changes}) == (code, error)


@BOTH
async def test_a_foreign_key(open_stand: Open, keys: Keys, version: str) -> None:
    async with open_stand(version=version) as stand:
        verifier = new_code_verifier()
        code = await stand.code(MOTHER, verifier)
        maker = stand.requests(
            keys.foreign, certificate_hash=(await ready(stand)).get("client_certificate_hash", "")
        )
        assert await refused(stand, maker.exchange(code, verifier, NOW)) == ("007053", "access_denied")
        await stand.client.exchange(code, verifier)  # a forged request does not invalidate the code


async def test_v3_signs_the_code(open_stand: Open) -> None:
    async with open_stand(version="v2") as stand:
        parameters = {**await ready(stand), "code": (await ready(stand))["code"]}
        assert await refused(stand, parameters) == ("007053", "access_denied")


async def test_another_verifier_than_the_challenge(open_stand: Open) -> None:
    async with open_stand(version="v2") as stand:
        parameters = {**await ready(stand), "code_verifier": new_code_verifier()}
        assert await refused(stand, parameters) == ("007040", "invalid_grant")


async def test_another_hash(open_stand: Open) -> None:
    async with open_stand(version="v2") as stand:
        parameters = {**await ready(stand), "client_certificate_hash": "0" * 64}
        assert await refused(stand, parameters) == ("007053", "access_denied")


@BOTH
async def test_a_refresh_token_works_once_and_for_its_own_system(open_stand: Open, version: str) -> None:
    async with open_stand(version=version) as stand:
        first = await stand.tokens(MOTHER)
        assert first.refresh_token is not None
        second = await stand.client.refresh(first.refresh_token)
        assert second.refresh_token not in (None, first.refresh_token)
        assert (await stand.client.verify(second)).oid == str(MOTHER)
        with pytest.raises(EsiaRefused) as caught:
            await stand.client.refresh(first.refresh_token)
        assert caught.value.code == "007011"


async def test_a_refresh_token_expires(open_stand: Open) -> None:
    async with open_stand() as stand:
        tokens = await stand.tokens(MOTHER)
        stand.clock.advance(timedelta(days=30))
        with pytest.raises(EsiaRefused) as caught:
            await stand.client.refresh(tokens.refresh_token or "")
        assert caught.value.code == "007011"


async def test_a_body_that_is_too_long_or_no_form(open_stand: Open) -> None:
    async with open_stand() as stand:
        for body in (b"a=" + b"x" * 70_000, b"client_id=%FF%FE"):
            async with stand.session.post(f"{stand.url}/aas/oauth2/te", data=body) as answer:
                assert answer.status == 400
                assert (await answer.json())["error_description"].startswith("ESIA-007038")
