"""«ac» refuses: with a page if the system or its address is unknown, else with a redirect back."""

import base64
import hashlib
from datetime import timedelta

import pytest

from myedu.esia.parameters import new_code_verifier, new_state, timestamp
from myedu.esia.signed_messages import v1_message
from myedu.esia.signing import base64url, certificate_der, load_signer
from tests.esia.conftest import (
    CHILD,
    MNEMONIC,
    MOTHER,
    NOW,
    REDIRECT,
    TEACHER,
    UNCONFIRMED,
    Keys,
    Open,
    Page,
    Stand,
    query_of,
)


async def refused(stand: Stand, parameters: dict[str, str]) -> tuple[str, str]:
    """Code and OAuth2 name of a refusal that went back to the client."""
    address = await stand.authorize(parameters)
    assert isinstance(address, str), address
    assert address.startswith(REDIRECT)
    answer = query_of(address)
    assert "code" not in answer
    assert answer.get("state", "") == parameters.get("state", "")
    return answer["error_description"].removeprefix("ESIA-")[:6], answer["error"]


def authorization_parameters(stand: Stand, **changes: str) -> dict[str, str]:
    """Parameters signed as they are with these changes of the settings or of the moment."""
    return stand.requests(**changes).authorization(new_state(), new_code_verifier(), NOW)


async def test_an_unknown_system_stays_on_a_page(open_stand: Open) -> None:
    async with open_stand() as stand:
        page = await stand.authorize(authorization_parameters(stand, client_id="UNKNOWN"))
        assert isinstance(page, Page)
        assert page.status == 400
        assert "ESIA-007005" in page.html


@pytest.mark.parametrize(
    "address",
    [
        "http://evil.example/signin",
        "http://portal.example.evil.example/",
        "http://portal.example@evil.example/",
        "javascript://portal.example/%0aalert(1)",
        "http://[",
    ],
)
async def test_an_unregistered_address_is_never_redirected_to(open_stand: Open, address: str) -> None:
    async with open_stand() as stand:
        page = await stand.authorize(authorization_parameters(stand, redirect_uri=address))
        assert isinstance(page, Page)
        assert page.status == 400
        assert "ESIA-007023" in page.html


@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
async def test_without_system_or_address_there_is_no_redirect(open_stand: Open, name: str) -> None:
    async with open_stand() as stand:
        page = await stand.authorize({**authorization_parameters(stand), name: ""})
        assert isinstance(page, Page)
        assert "ESIA-007014" in page.html
        assert name in page.html


@pytest.mark.parametrize("name", ["response_type", "state", "access_type", "timestamp", "client_secret"])
async def test_a_mandatory_parameter_is_missing(open_stand: Open, name: str) -> None:
    async with open_stand() as stand:
        parameters = authorization_parameters(stand)
        del parameters[name]
        assert await refused(stand, parameters) == ("007014", "invalid_request")


@pytest.mark.parametrize(
    ("changes", "code", "error"),
    [
        ({"response_type": "token"}, "007009", "unsupported_response_type"),
        ({"access_type": "sideways"}, "007003", "invalid_request"),
        ({"person_filter": "acc_martian"}, "007003", "invalid_request"),
        ({"code_challenge_method": "S1"}, "007003", "invalid_request"),
        ({"client_secret": "это не base64"}, "007053", "access_denied"),
        ({"client_secret": base64.b64encode(b"x" * 900).decode()}, "007053", "access_denied"),
        ({"timestamp": "2026-11-23T09:00:00Z"}, "007015", "invalid_request"),
        ({"timestamp": "2026.11.23 09:00:00"}, "007015", "invalid_request"),
        ({"timestamp": "0001.01.01 00:00:00 +1400"}, "007015", "invalid_request"),
        ({"state": new_state()}, "007053", "access_denied"),  # another state than the signed one
    ],
)
async def test_a_parameter_is_wrong(open_stand: Open, changes: dict[str, str], code: str, error: str) -> None:
    async with open_stand() as stand:
        assert await refused(stand, {**authorization_parameters(stand), **changes}) == (code, error)


@pytest.mark.parametrize(
    ("scopes", "code"), [("", "007013"), ("   ", "007013"), ("openid everything", "007006")]
)
async def test_scopes(open_stand: Open, scopes: str, code: str) -> None:
    async with open_stand() as stand:
        assert await refused(stand, authorization_parameters(stand, scopes=scopes)) == (code, "invalid_scope")


async def test_permissions_need_openid(open_stand: Open) -> None:
    async with open_stand() as stand:
        parameters = {**authorization_parameters(stand, scopes="fullname"), "permissions": "W10"}
        assert await refused(stand, parameters) == ("007006", "invalid_scope")


async def test_scope_of_an_organisation_is_checked_in_v2(open_stand: Open) -> None:
    async with open_stand(version="v2") as stand:
        assert await refused(stand, authorization_parameters(stand, scope_org="org_secrets")) == (
            "007006",
            "invalid_scope",
        )


@pytest.mark.parametrize("minutes", [-11, 11])
async def test_the_clock_is_ten_minutes_off(open_stand: Open, minutes: int) -> None:
    async with open_stand() as stand:
        at = NOW + timedelta(minutes=minutes)
        parameters = stand.requests().authorization(new_state(), new_code_verifier(), at)
        assert await refused(stand, parameters) == ("007015", "invalid_request")


@pytest.mark.parametrize("version", ["v1", "v2"])
async def test_a_foreign_key(open_stand: Open, keys: Keys, version: str) -> None:
    async with open_stand(version=version) as stand:
        maker = stand.requests(keys.foreign, certificate_hash="A" * 64)
        parameters = maker.authorization(new_state(), new_code_verifier(), NOW)
        assert await refused(stand, parameters) == ("007053", "access_denied")


@pytest.mark.parametrize("name", ["scope", "redirect_uri"])
async def test_v2_signs_more_than_v1(open_stand: Open, name: str) -> None:
    async with open_stand(version="v2") as stand:
        changed = {"scope": "openid", "redirect_uri": f"{REDIRECT}/else"}[name]
        address = await stand.authorize({**authorization_parameters(stand), name: changed})
        assert isinstance(address, str)
        assert query_of(address)["error_description"].startswith("ESIA-007053")


async def test_the_string_of_v1_is_refused_in_v2(open_stand: Open, keys: Keys) -> None:
    async with open_stand(version="v2") as stand:
        parameters = authorization_parameters(stand)
        message = v1_message(
            scope=parameters["scope"],
            timestamp=parameters["timestamp"],
            client_id=MNEMONIC,
            state=parameters["state"],
        )
        parameters["client_secret"] = base64url(load_signer(keys.rsa).sign_cms(message))
        assert await refused(stand, parameters) == ("007053", "access_denied")


async def test_v2_without_the_hash(open_stand: Open) -> None:
    async with open_stand(version="v2") as stand:
        parameters = authorization_parameters(stand)
        del parameters["client_certificate_hash"]
        assert await refused(stand, parameters) == ("007014", "invalid_request")


@pytest.mark.parametrize("kind", ["sha1-of-der", "sha256-of-der", "sha256-of-pem", "lower-case", "not-ascii"])
async def test_v2_with_another_hash(open_stand: Open, keys: Keys, kind: str) -> None:
    async with open_stand(version="v2") as stand:
        parameters = authorization_parameters(stand)
        der = certificate_der(keys.rsa.certificate)
        pem = open(keys.rsa.certificate, "rb").read()  # noqa: SIM115, ASYNC230
        parameters["client_certificate_hash"] = {
            "sha1-of-der": hashlib.sha1(der).hexdigest().upper(),
            "sha256-of-der": hashlib.sha256(der).hexdigest().upper(),
            "sha256-of-pem": hashlib.sha256(pem).hexdigest().upper(),
            "lower-case": parameters["client_certificate_hash"].lower(),
            "not-ascii": "Ф" * 64,
        }[kind]
        assert await refused(stand, parameters) == ("007053", "access_denied")


async def test_a_system_registered_without_a_certificate(open_stand: Open) -> None:
    async with open_stand(registered={"certificate": ""}) as stand:
        assert await refused(stand, authorization_parameters(stand)) == ("007002", "invalid_client")


async def test_a_system_that_may_not_use_this_version(open_stand: Open) -> None:
    async with open_stand(registered={"versions": ["v2"]}) as stand:
        assert await refused(stand, authorization_parameters(stand)) == ("007005", "unauthorized_client")


async def test_pkce_is_required(open_stand: Open) -> None:
    async with open_stand(version="v2", registered={"pkce_required": True}) as stand:
        parameters = authorization_parameters(stand)
        del parameters["code_challenge"]
        assert await refused(stand, parameters) == ("007039", "invalid_request")


async def test_one_name_with_two_values(open_stand: Open) -> None:
    async with open_stand() as stand:
        page = await stand.browser.get(f"{stand.url}/aas/oauth2/ac?client_id=A&client_id=B")
        assert isinstance(page, Page)
        assert "ESIA-007003" in page.html


@pytest.mark.parametrize("query", ["client_id=%FF", "&".join(f"p{i}=1" for i in range(200))])
async def test_a_query_that_cannot_be_read(open_stand: Open, query: str) -> None:
    async with open_stand() as stand:
        page = await stand.browser.get(f"{stand.url}/aas/oauth2/ac?{query}")
        assert isinstance(page, Page)
        assert page.status == 400
        assert "ESIA-007038" in page.html


@pytest.mark.parametrize(
    ("person_filter", "oid", "code"),
    [
        ("conf_acc", UNCONFIRMED, "007055"),
        ("conf_acc", CHILD, "007055"),
        ("acc_kid", MOTHER, "007062"),
        ("acc_not_kid", CHILD, "007062"),
        ("conf_acc", MOTHER, None),
        ("acc_kid", CHILD, None),
        ("acc_not_kid", MOTHER, None),
    ],
)
async def test_the_account_is_filtered(
    open_stand: Open, person_filter: str, oid: int, code: str | None
) -> None:
    async with open_stand() as stand:
        page = await stand.authorize({**authorization_parameters(stand), "person_filter": person_filter})
        assert isinstance(page, Page)
        answer = query_of(await stand.browser.choose(page, oid))
        if code is None:
            assert "code" in answer
        else:
            assert answer["error_description"].startswith(f"ESIA-{code}")
            assert answer["error"] == "access_denied"


async def test_an_organisation_of_another_person(open_stand: Open) -> None:
    scopes = "openid http://esia.gosuslugi.ru/org_inn?org_oid=1000400001"
    async with open_stand(client={"scopes": scopes}) as stand:
        page = await stand.authorize(authorization_parameters(stand))
        assert isinstance(page, Page)
        answer = query_of(await stand.browser.choose(page, MOTHER))
        assert answer["error_description"].startswith("ESIA-007194")
        assert "code" in query_of(await stand.browser.choose(page, TEACHER))


async def test_the_user_declines(open_stand: Open) -> None:
    async with open_stand() as stand:
        page = await stand.authorize(authorization_parameters(stand))
        assert isinstance(page, Page)
        answer = query_of(await stand.browser.decline(page))
        assert answer["error"] == "access_denied"
        assert answer["error_description"].startswith("ESIA-007004")


async def test_a_timestamp_of_any_zone_is_accepted(open_stand: Open, keys: Keys) -> None:
    async with open_stand() as stand:
        parameters = authorization_parameters(stand)
        parameters["timestamp"] = "2026.11.23 20:00:00 +1100"
        message = v1_message(
            scope=parameters["scope"],
            timestamp=parameters["timestamp"],
            client_id=MNEMONIC,
            state=parameters["state"],
        )
        parameters["client_secret"] = base64url(load_signer(keys.rsa).sign_cms(message))
        assert isinstance(await stand.authorize(parameters), Page)
        assert timestamp(NOW) == "2026.11.23 09:00:00 +0000"
