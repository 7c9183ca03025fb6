"""Organisations as ESIA shapes them: signing in for one, the system's token, employees, groups, refusals."""

from typing import Any

import pytest

from myedu.esia.errors import EsiaRefused
from myedu.esia.parameters import new_code_verifier, new_state, scopes_of_organisation
from myedu.esia.settings import EsiaSettings
from tests.esia.conftest import (
    AUTHORITY,
    BRANCH_HEAD,
    HEAD,
    MNEMONIC,
    MOTHER,
    OFFICER,
    OTHER_HEAD,
    OTHER_SCHOOL,
    SCHOOL,
    TEACHER,
    Open,
    Page,
    Stand,
    query_of,
)
from tests.esia.sandbox.test_permissions import press
from tests.esia.sandbox.test_rest import ask

BOTH = pytest.mark.parametrize("version", ["v1", "v2"])
OWN = {"timestamp_tolerance_s": 601}
"""A sandbox that tests which change it have for themselves."""


async def acting_for(stand: Stand, oid: int, organisation: int) -> str | None:
    tokens = await stand.tokens_for(oid, organisation)
    return await stand.client.acting_for(tokens, await stand.client.verify(tokens))


@BOTH
async def test_the_token_says_for_which_organisation(open_stand: Open, version: str) -> None:
    async with open_stand(version=version) as stand:
        assert await acting_for(stand, HEAD, SCHOOL) == str(SCHOOL)
        assert await acting_for(stand, OFFICER, AUTHORITY) == str(AUTHORITY)
        stand.session.cookie_jar.clear()
        tokens = await stand.tokens(HEAD)
        assert await stand.client.acting_for(tokens, await stand.client.verify(tokens)) is None


async def test_v1_refuses_another_persons_organisation(open_stand: Open) -> None:
    async with open_stand() as stand:
        url = await stand.client.authorization_url(new_state(), "v", str(SCHOOL))
        page = await stand.browser.get(url)
        assert isinstance(page, Page)
        back = query_of(await stand.browser.choose(page, OTHER_HEAD))
        assert back["error_description"].startswith("ESIA-007194")


async def test_v2_asks_in_which_role(open_stand: Open) -> None:
    async with open_stand(version="v2") as stand:
        page = await stand.browser.get(await stand.client.authorization_url(new_state(), "v", str(SCHOOL)))
        assert isinstance(page, Page)
        offered = {value for name, value in page.buttons if name == "oid"}
        assert {f"{HEAD}", f"{HEAD}:{SCHOOL}", f"{OTHER_HEAD}:{OTHER_SCHOOL}"} <= offered
        assert f"{MOTHER}:{SCHOOL}" not in offered
        assert "от имени организации МБОУ «Выдуманная школа № 2»" in page.html
        assert "организация: сотрудники" in page.html
        verifier = new_code_verifier()
        code = await stand.code(HEAD, verifier, SCHOOL)  # chooses «как частное лицо»
        tokens = await stand.client.exchange(code, verifier, str(SCHOOL))
        assert await stand.client.acting_for(tokens, await stand.client.verify(tokens)) is None
        for wrong in (f"{MOTHER}:{SCHOOL}", f"{HEAD}:5"):
            form = {**page.fields, "oid": wrong}
            async with stand.session.post(f"{stand.url}/login", data=form, allow_redirects=False) as answer:
                assert query_of(answer.headers["Location"])["error_description"].startswith("ESIA-007194")


@pytest.mark.parametrize(
    ("obj_type", "private", "legal", "code"),
    [
        ("P", True, False, None),
        ("L", True, True, "007062"),
        ("P L", True, True, None),
        ("X", None, None, "007061"),
    ],
)
async def test_obj_type_narrows_the_roles(
    open_stand: Open, obj_type: str, private: bool | None, legal: bool | None, code: str | None
) -> None:
    async with open_stand(version="v2") as stand:
        parameters = stand.requests().authorization(new_state(), "v", stand.clock.now(), str(SCHOOL))
        page = await stand.authorize({**parameters, "obj_type": obj_type})
        if private is None:
            assert isinstance(page, str)
            assert query_of(page)["error_description"].startswith(f"ESIA-{code}")
            return
        assert isinstance(page, Page)
        assert (("oid", f"{HEAD}:{SCHOOL}") in page.buttons) == legal
        back = query_of(await stand.browser.choose(page, HEAD))
        assert back.get("error_description", "")[5:11] == (code or "")


@BOTH
async def test_the_portals_own_token_reads_employees_and_groups(open_stand: Open, version: str) -> None:
    async with open_stand(version=version) as stand:
        tokens = await stand.client.system_token(str(SCHOOL))
        found = await stand.client.organisation(tokens, str(SCHOOL))
        assert (found.ogrn, found.kpp, found.liquidated) == ("1020000000018", "000001001", False)
        employees = {one.oid: one for one in await stand.client.employees(tokens, str(SCHOOL))}
        assert len(employees) == 6
        teacher, head = employees[str(TEACHER)], employees[str(HEAD)]
        assert (teacher.last_name, teacher.snils, teacher.position, teacher.chief) == (
            "Орлова",
            "16013959652",
            "Учитель математики",
            False,
        )
        assert (head.chief, head.branch_oid) == (True, None)
        (branch,) = await stand.client.branches(tokens, str(SCHOOL))
        assert (branch.oid, branch.kpp) == (employees[str(BRANCH_HEAD)].branch_oid, "000002001")
        groups = await stand.client.groups(tokens, str(SCHOOL))
        assert [group.id for group in groups] == ["MYEDU_HEADS", "MYEDU_TEACHERS"]
        own = await stand.client.groups(tokens, str(SCHOOL), str(HEAD))
        assert [group.name for group in own] == ["Руководители"]
        with pytest.raises(EsiaRefused) as caught:
            await stand.client.employees(tokens, str(OTHER_SCHOOL))
        assert caught.value.code == "005029"


@pytest.mark.parametrize("path", ["/aas/oauth2/ac", "/aas/oauth2/te"])
async def test_v1_gives_the_token_at_both_addresses(open_stand: Open, path: str) -> None:
    async with open_stand() as stand:
        form = stand.requests().system(str(SCHOOL), stand.clock.now())
        del form["redirect_uri"]  # one client in use sends none
        async with stand.session.post(f"{stand.url}{path}", data=form) as answer:
            body = await answer.json()
            assert (answer.status, body["token_type"], body["state"]) == (200, "Bearer", form["state"])
        form["client_secret"] = "AAAA"
        async with stand.session.post(f"{stand.url}{path}", data=form) as answer:
            assert (answer.status, (await answer.json())["error_description"][:11]) == (400, "ESIA-007053")


async def token_of(stand: Stand, scope: str) -> str:
    """A system's token with these scopes."""
    form = stand.requests(scopes=scope).refresh("x", stand.clock.now())
    status, answer = await stand.exchange({**form, "grant_type": "client_credentials"})
    assert status == 200, answer
    return str(answer["access_token"])


async def test_collections_are_addresses_or_objects(open_stand: Open) -> None:
    async with open_stand() as stand:
        token = await token_of(stand, f"org_emps?org_oid={SCHOOL} org_addrs?org_oid={SCHOOL}")
        base = f"/rs/orgs/{SCHOOL}"
        _, plain = await ask(stand, f"{base}/emps", token)
        assert plain["elements"][0] == f"{stand.url}{base}/emps/{TEACHER}"
        _, one = await ask(stand, plain["elements"][0], token)
        assert (one["prnOid"], one["person"]["lastName"]) == (TEACHER, "Орлова")
        _, embedded = await ask(stand, f"{base}/emps?embed=(elements)", token)
        assert embedded["elements"][0]["position"] == "Учитель математики"
        assert "person" not in embedded["elements"][0]
        _, people = await ask(stand, f"{base}/emps?embed=(elements.person)", token)
        assert people["elements"][0]["person"]["birthDate"] == "07.07.1975"
        _, addresses = await ask(stand, f"{base}/addrs?embed=(elements)", token)
        assert addresses["elements"][0]["addressStr"] == "г. Владивосток, ул. Школьная, д. 1"
        for closed in ("grps", "ctts", "brhs", f"emps/{HEAD}/grps"):
            status, body = await ask(stand, f"{base}/{closed}", token)
            assert (status, body["code"]) == (403, "ESIA-005029"), closed
        for absent in ("vhls", "emps/5", "emps/x"):
            assert (await ask(stand, f"{base}/{absent}", token))[0] == 404
        grouped = await token_of(stand, f"org_grps?org_oid={SCHOOL} org_ctts?org_oid={SCHOOL}")
        assert (await ask(stand, f"{base}/emps/5/grps", grouped))[0] == 404
        _, contacts = await ask(stand, f"{base}/ctts?embed=(elements)", grouped)
        assert [one["value"] for one in contacts["elements"]] == ["+7(423)0000001", "school@example.org"]


async def test_a_client_reads_elements_that_are_addresses(open_stand: Open) -> None:
    """Where ESIA ignores `embed`, as for an old registration."""
    async with open_stand() as stand:
        tokens = await stand.client.system_token(str(SCHOOL))
        plain = await stand.client._elements(  # the method of every collection, with an unknown embed
            f"/rs/orgs/{SCHOOL}/emps",
            "nothing",
            tokens,
            dict[str, Any],
            lambda body: body["person"]["lastName"],
        )
        assert len(plain) == 6
        assert plain[0] == "Орлова"


async def test_a_system_has_scopes_only_of_organisations_that_are_there(open_stand: Open) -> None:
    async with open_stand() as stand:
        for scope, code in (("org_emps?org_oid=5", "007019"), (f"org_secrets?org_oid={SCHOOL}", "007006")):
            form = stand.requests(scopes=scope).refresh("x", stand.clock.now())
            status, answer = await stand.exchange({**form, "grant_type": "client_credentials"})
            assert (status, answer["error_description"][5:11]) == (400, code)


async def test_a_permission_is_withdrawn_and_given_again(open_stand: Open) -> None:
    async with open_stand(sandbox=OWN) as stand:
        before = await stand.client.system_token(str(SCHOOL))
        place = {"organisation": str(SCHOOL), "client_id": MNEMONIC}
        assert await press(stand, **place, refused="yes") == 200
        with pytest.raises(EsiaRefused) as caught:
            await stand.client.system_token(str(SCHOOL))
        assert caught.value.code == "007019"
        with pytest.raises(EsiaRefused) as caught:
            await stand.client.employees(before, str(SCHOOL))
        assert caught.value.code == "005029"
        assert await press(stand, **place, refused="no") == 200
        assert len(await stand.client.employees(before, str(SCHOOL))) == 6


async def test_an_organisation_is_closed_and_opened(open_stand: Open) -> None:
    async with open_stand(sandbox=OWN) as stand:
        assert await press(stand, organisation=str(OTHER_SCHOOL), liquidated="yes") == 200
        tokens = await stand.client.system_token(str(OTHER_SCHOOL))
        assert (await stand.client.organisation(tokens, str(OTHER_SCHOOL))).liquidated
        tokens = await stand.tokens(OTHER_HEAD)
        (role,) = await stand.client.roles(tokens, await stand.client.verify(tokens))
        assert (role.chief, role.active) == (True, False)
        assert await press(stand, organisation=str(OTHER_SCHOOL), liquidated="no") == 200
        (role,) = await stand.client.roles(tokens, await stand.client.verify(tokens))
        assert role.active


async def test_a_chief_becomes_an_employee_and_leaves(open_stand: Open) -> None:
    async with open_stand(sandbox={"timestamp_tolerance_s": 602}) as stand:
        tokens = await stand.client.system_token(str(SCHOOL))
        assert await press(stand, oid=str(HEAD), organisation=str(SCHOOL), chief="no") == 200
        (head,) = [one for one in await stand.client.employees(tokens, str(SCHOOL)) if one.oid == str(HEAD)]
        assert not head.chief
        assert await press(stand, oid=str(HEAD), organisation=str(SCHOOL)) == 200
        assert len(await stand.client.employees(tokens, str(SCHOOL))) == 5


def test_scopes_are_addresses() -> None:
    settings = EsiaSettings(
        base_url="", client_id="", redirect_uri="", key="", certificate="", token_keys=(),
        organisation_scopes="org_inn org_emps",
    )  # fmt: skip
    assert scopes_of_organisation(settings, "7") == (
        "http://esia.gosuslugi.ru/org_inn?org_oid=7 http://esia.gosuslugi.ru/org_emps?org_oid=7"
    )
