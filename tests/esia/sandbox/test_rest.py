"""The sandbox's REST has ESIA's shape: collections as addresses or objects, fields by scope, odd slashes."""

import re
from typing import Any

import pytest

from tests.esia.conftest import CHILD, MOTHER, OUTSIDER, PUPIL, SCOPES, TEACHER, Open, Stand


async def ask(stand: Stand, path: str, token: str | None) -> tuple[int, Any]:
    url = path if path.startswith("http") else f"{stand.url}{path}"
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with stand.session.get(url, headers=headers) as answer:
        return answer.status, await answer.json()


async def test_a_person(open_stand: Open) -> None:
    async with open_stand() as stand:
        token = (await stand.tokens(MOTHER)).access_token
        status, body = await ask(stand, f"/rs/prns/{MOTHER}", token)
        assert status == 200
        assert re.fullmatch("[0-9A-F]{40}", body.pop("eTag"))
        assert re.fullmatch(r"\d{3}-\d{3}-\d{3} \d\d", body.pop("snils"))
        assert body == {
            "stateFacts": ["EntityRoot"],
            "firstName": "Ольга",
            "lastName": "Синицына",
            "middleName": "Викторовна",
            "birthDate": "14.03.1984",
            "gender": "F",
            "trusted": True,
            "updatedOn": 1788220800,
            "rfgUOperatorCheck": False,
            "status": "REGISTERED",
            "verifying": False,
            "rIdDoc": 300101,
            "containsUpCfmCode": False,
            "kidAccCreatedByParent": False,
        }


async def test_a_child_account(open_stand: Open) -> None:
    async with open_stand() as stand:
        token = (await stand.tokens(CHILD)).access_token
        _, body = await ask(stand, f"/rs/prns/{CHILD}", token)
        assert (body["trusted"], body["kidAccCreatedByParent"]) == (False, True)


@pytest.mark.parametrize("form", ["/rs/prns/{}/", "/rs//prns/{}", "//rs/prns/{}//"])
async def test_slashes(open_stand: Open, form: str) -> None:
    async with open_stand() as stand:
        token = (await stand.tokens(MOTHER)).access_token
        assert (await ask(stand, form.format(MOTHER), token))[0] == 200


@pytest.mark.parametrize(
    ("name", "size"), [("ctts", 2), ("addrs", 1), ("docs", 1), ("kids", 3), ("vhls", 0), ("roles", 0)]
)
async def test_a_collection_as_addresses_and_as_objects(open_stand: Open, name: str, size: int) -> None:
    async with open_stand() as stand:
        token = (await stand.tokens(MOTHER)).access_token
        path = f"/rs/prns/{MOTHER}/{name}"
        _, plain = await ask(stand, path, token)
        assert (plain["stateFacts"], plain["size"], len(plain["elements"])) == (["hasSize"], size, size)
        for parentheses in ("(elements)", "%28elements%29"):
            _, embedded = await ask(stand, f"{path}?embed={parentheses}", token)
            assert embedded["size"] == size
            for address, element in zip(plain["elements"], embedded["elements"], strict=True):
                assert address.startswith(f"{stand.url}{path}/")
                assert await ask(stand, address, token) == (200, element)


async def test_everything_in_one_answer(open_stand: Open) -> None:
    async with open_stand() as stand:
        token = (await stand.tokens(MOTHER)).access_token
        names = ("contacts", "addresses", "documents", "vehicles", "organizations", "kids")
        embed = f"({','.join(f'{name}.elements' for name in names)})"
        _, body = await ask(stand, f"/rs/prns/{MOTHER}?embed={embed}", token)
        assert [body[name]["size"] for name in names] == [2, 1, 1, 0, 0, 3]
        assert [contact["type"] for contact in body["contacts"]["elements"]] == ["MBT", "EML"]


async def test_documents_of_a_kid(open_stand: Open) -> None:
    async with open_stand() as stand:
        token = (await stand.tokens(MOTHER)).access_token
        path = f"/rs/prns/{MOTHER}/kids/{CHILD}/docs"
        _, plain = await ask(stand, path, token)
        (address,) = plain["elements"]
        _, embedded = await ask(stand, f"{path}?embed=(elements)", token)
        (document,) = embedded["elements"]
        assert document["type"] == "RF_BRTH_CERT"
        assert await ask(stand, address, token) == (200, document)
        _, kids = await ask(stand, f"/rs/prns/{MOTHER}/kids?embed=(elements,documents.elements)", token)
        assert [kid["documents"]["size"] for kid in kids["elements"]] == [1, 1, 1]
        assert (await ask(stand, f"/rs/prns/{MOTHER}/kids/{OUTSIDER}/docs", token))[0] == 404
        assert (await ask(stand, f"{path}/1", token))[0] == 404


async def test_organisations(open_stand: Open) -> None:
    async with open_stand() as stand:
        token = (await stand.tokens(TEACHER)).access_token
        _, plain = await ask(stand, f"/rs/prns/{TEACHER}/orgs", token)
        assert plain["elements"] == [f"{stand.url}/rs/orgs/1000400001"]
        status, body = await ask(stand, plain["elements"][0], token)
        assert (status, body["shortName"]) == (200, "МБОУ «Выдуманная школа № 1»")
        assert "inn" not in body
        _, roles = await ask(stand, f"/rs/prns/{TEACHER}/roles", token)
        assert [(role["oid"], role["prnOid"]) for role in roles["elements"]] == [(1000400001, TEACHER)]


async def test_scope_of_an_organisation_in_v1(open_stand: Open) -> None:
    scopes = "openid http://esia.gosuslugi.ru/org_inn?org_oid=1000400001"
    async with open_stand(client={"scopes": scopes}) as stand:
        token = (await stand.tokens(TEACHER)).access_token
        _, body = await ask(stand, "/rs/orgs/1000400001", token)
        assert body["inn"] == "0000000001"
        assert (await ask(stand, "/rs/orgs/1000400002", token))[0] == 403


@pytest.mark.parametrize("name", ["ctts", "addrs", "docs", "kids", "vhls", "roles", "orgs"])
async def test_without_the_scope(open_stand: Open, name: str) -> None:
    async with open_stand(client={"scopes": "openid fullname"}) as stand:
        token = (await stand.tokens(MOTHER)).access_token
        assert await ask(stand, f"/rs/prns/{MOTHER}/{name}", token) == (
            403,
            {"code": "ESIA-005029", "message": "SecurityErrorEnum.scopeNotAllowed"},
        )
        _, body = await ask(stand, f"/rs/prns/{MOTHER}", token)
        assert not body.keys() & {"snils", "birthDate", "gender"}


@pytest.mark.parametrize("scope", ["mobile", "email"])
async def test_a_contact_by_its_own_scope(open_stand: Open, scope: str) -> None:
    async with open_stand(client={"scopes": f"openid {scope}"}) as stand:
        token = (await stand.tokens(MOTHER)).access_token
        _, body = await ask(stand, f"/rs/prns/{MOTHER}/ctts?embed=(elements)", token)
        assert [contact["type"] for contact in body["elements"]] == [{"mobile": "MBT", "email": "EML"}[scope]]


async def test_a_token_opens_no_other_person(open_stand: Open) -> None:
    async with open_stand() as stand:
        token = (await stand.tokens(OUTSIDER)).access_token
        for path in (f"/rs/prns/{MOTHER}", f"/rs/prns/{PUPIL}/docs", f"/rs/prns/{MOTHER}/kids", "/rs/prns/1"):
            assert (await ask(stand, path, token))[0] == 403


async def test_only_an_access_token_opens_rest(open_stand: Open) -> None:
    async with open_stand() as stand:
        tokens = await stand.tokens(MOTHER)
        code = await stand.code(MOTHER, "v")
        for wrong in (
            None,
            "",
            "nonsense",
            tokens.unverified_id_token,
            code,
            tokens.access_token[:-4] + "AAAA",
        ):
            status, body = await ask(stand, f"/rs/prns/{MOTHER}", wrong)
            assert (status, body["message"]) == (401, "Unauthorized")


@pytest.mark.parametrize("path", ["/rs/prns/abc", "/rs/prns/{}/unknown", "/rs/nothing", "/rs/prns/{}/ctts/5"])
async def test_nothing_there(open_stand: Open, path: str) -> None:
    async with open_stand() as stand:
        token = (await stand.tokens(MOTHER)).access_token
        assert (await ask(stand, path.format(MOTHER), token))[0] == 404


async def test_a_token_of_a_system_opens_no_person(open_stand: Open) -> None:
    async with open_stand(version="v2") as stand:
        # client_credentials signs the same string as an authorization does
        parameters = stand.requests().refresh("unused", stand.clock.now())
        del parameters["refresh_token"]
        status, answer = await stand.exchange({**parameters, "grant_type": "client_credentials"})
        assert status == 200
        assert answer.keys() == {"access_token", "token_type", "expires_in", "state"}
        assert SCOPES.split()[0] in parameters["scope"]
        assert (await ask(stand, f"/rs/prns/{MOTHER}", answer["access_token"]))[0] == 401
