"""A permission is withdrawn, or a role ends, after the sign-in; a system asks again by itself."""

from typing import Any

import pytest

from myedu.esia.errors import EsiaRefused
from myedu.esia.parameters import new_code_verifier, new_state
from tests.esia.conftest import MNEMONIC, MOTHER, OPERATOR, OUTSIDER, Open, Page, Stand
from tests.esia.sandbox.test_rest import ask

PERMISSIONS = "/sandbox/permissions"
BOTH = pytest.mark.parametrize("version", ["v1", "v2"])


async def press(stand: Stand, **form: str) -> int:
    async with stand.session.post(f"{stand.url}{PERMISSIONS}", data=form) as answer:
        return answer.status


async def withdraw(stand: Stand, scope: str, oid: int = MOTHER) -> None:
    assert await press(stand, oid=str(oid), client_id=MNEMONIC, scope=scope) == 200


async def system_token(stand: Stand, scope: str, **changes: str) -> tuple[int, dict[str, Any]]:
    """A request of a system alone, which signs the same string as an authorization does."""
    parameters = stand.requests(scopes=scope).refresh("unused", stand.clock.now())
    del parameters["refresh_token"]
    return await stand.exchange({**parameters, "grant_type": "client_credentials", **changes})


@BOTH
async def test_a_system_gets_a_token_of_its_own(open_stand: Open, version: str) -> None:
    async with open_stand(version=version) as stand:
        status, answer = await system_token(stand, "http://esia.gosuslugi.ru/org_inn?org_oid=1000400002")
        assert (status, answer["token_type"], answer["expires_in"]) == (200, "Bearer", 3600)
        assert (await ask(stand, f"/rs/prns/{MOTHER}", answer["access_token"]))[0] == 401
        status, answer = await system_token(stand, "openid", client_secret="AAAA")
        assert (status, answer["error_description"][:11]) == (400, "ESIA-007053")


@BOTH
async def test_a_system_asks_for_a_person_who_has_permitted_it(open_stand: Open, version: str) -> None:
    async with open_stand(version=version) as stand:
        await stand.tokens(MOTHER)
        status, answer = await system_token(stand, f"prm_chg?oid={MOTHER}")
        assert status == 200
        status, person = await ask(stand, f"/rs/prns/{MOTHER}", answer["access_token"])
        assert (status, person["lastName"]) == (200, "Синицына")
        assert (await ask(stand, f"/rs/prns/{OUTSIDER}", answer["access_token"]))[0] == 403


@pytest.mark.parametrize("oid", ["1", "77", "9" * 18])
async def test_nothing_was_permitted(open_stand: Open, oid: str) -> None:
    async with open_stand() as stand:
        status, answer = await system_token(stand, f"prm_chg?oid={oid}")
        assert (status, answer["error"]) == (400, "access_denied")
        assert answer["error_description"] == "ESIA-007019: OAuthErrorEnum.noGrants"


async def test_a_withdrawn_scope_closes_its_data_for_tokens_old_and_new(open_stand: Open) -> None:
    async with open_stand() as stand:
        old = await stand.tokens(MOTHER)
        await withdraw(stand, "snils")
        new = await stand.client.refresh(old.refresh_token or "")
        for token in (old, new):
            status, person = await ask(stand, f"/rs/prns/{MOTHER}", token.access_token)
            assert (status, "snils" in person, person["lastName"]) == (200, False, "Синицына")


async def test_a_withdrawn_permission_closes_everything_until_the_person_agrees_again(
    open_stand: Open,
) -> None:
    async with open_stand() as stand:
        old = await stand.tokens(MOTHER)
        await withdraw(stand, "openid")
        assert (await ask(stand, f"/rs/prns/{MOTHER}", old.access_token))[0] == 401
        with pytest.raises(EsiaRefused) as caught:
            await stand.client.refresh(old.refresh_token or "")
        assert caught.value.code == "007011"
        assert (await system_token(stand, f"prm_chg?oid={MOTHER}"))[0] == 400
        # ESIA still knows who it is, and asks for the permission again.
        page = await stand.browser.get(await stand.client.authorization_url(new_state(), new_code_verifier()))
        assert isinstance(page, Page)
        await stand.browser.choose(page, MOTHER)
        assert (await ask(stand, f"/rs/prns/{MOTHER}", old.access_token))[0] == 200


async def test_a_person_leaves_an_organisation(open_stand: Open) -> None:
    # A setting of its own, so that the server is not shared with tests of the cast.
    async with open_stand(sandbox={"timestamp_tolerance_s": 599}) as stand:
        tokens = await stand.tokens(OPERATOR)
        claims = await stand.client.verify(tokens)
        (role,) = await stand.client.roles(tokens, claims)
        page = await stand.browser.get(f"{stand.url}{PERMISSIONS}")
        assert isinstance(page, Page)
        assert ("organisation", role.organisation_oid) in page.buttons
        assert await press(stand, oid=str(OPERATOR), organisation=role.organisation_oid) == 200
        assert await stand.client.roles(tokens, claims) == []


@pytest.mark.parametrize("form", [{}, {"oid": "мама"}, {"oid": "1", "organisation": "9" * 99}])
async def test_a_form_that_means_nothing(open_stand: Open, form: dict[str, str]) -> None:
    async with open_stand() as stand:
        assert await press(stand, **form) == 200


async def test_a_foreign_site_withdraws_nothing(open_stand: Open) -> None:
    async with open_stand() as stand:
        await stand.tokens(MOTHER)
        form, headers = {"oid": str(MOTHER), "client_id": MNEMONIC, "scope": "openid"}, {}
        headers["Sec-Fetch-Site"] = "cross-site"
        async with stand.session.post(f"{stand.url}{PERMISSIONS}", data=form, headers=headers) as answer:
            assert answer.status == 400
        assert (await system_token(stand, f"prm_chg?oid={MOTHER}"))[0] == 200


async def test_the_signature_is_accepted_by_a_bare_address(open_stand: Open) -> None:
    """As esia-potato (Go) looks at the answer of ESIA's test stand."""
    async with open_stand() as stand:
        url = await stand.client.authorization_url(new_state(), new_code_verifier())
        async with stand.session.get(url, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["location"]) == (302, "/login")
