"""Signing in for an organisation: the person chooses it, ESIA's token names it, the session keeps it."""

import pytest

from tests.portal.browser import Browser, Page
from tests.portal.conftest import OpenWorld, World, sign_in
from tests.portal.identity.test_rights import change_at_esia, rights_of, token_of
from tests.portal.identity.test_sign_in import MOTHER, TEACHER, rows_of

HEAD, BRANCH_HEAD, OTHER_HEAD = 1000300012, 1000300016, 1000300017
SCHOOL, BRANCH, OTHER_SCHOOL = 1000400001, 1000400011, 1000400003
CHOICE = "/enter/organization"
ACTING = "SELECT acting_for FROM identity.login_sessions WHERE closed_at IS NULL"


async def act_for(browser: Browser, oid: int, organization: int, choose_at_esia: int | None = None) -> Page:
    """Sign in for an organisation or branch, from the page of choice; the page that this leads to."""
    page = await browser.get(CHOICE)
    assert f"organization={organization}" in page.html
    page = await browser.get(f"/enter?organization={organization}&next=%2Fsessions")
    button = f"{oid}" if choose_at_esia is None else f"{oid}:{choose_at_esia}"
    return await browser.press(page, action="/login", button=("oid", button))


@pytest.mark.parametrize("version", ["v1", "v2"])
async def test_a_head_acts_for_the_school(open_world: OpenWorld, version: str) -> None:
    async with (
        open_world(esia_version=version) as world,
        world.signed_in(HEAD) as (browser, _),
        rights_of(world) as rights,
    ):
        page = await act_for(browser, HEAD, SCHOOL, SCHOOL if version == "v2" else None)
        assert page.url == f"{world.url}/sessions"
        head = await rights.acting_head(token_of(browser))
        assert (head.oid, head.name, head.branch_of) == (str(SCHOOL), "МБОУ «Выдуманная школа № 1»", None)
        assert rows_of(world, ACTING) == [(str(SCHOOL),)]
        signed = "SELECT detail->>'acting_for' FROM audit.lines WHERE action = 'session.sign-in' ORDER BY id"
        assert rows_of(world, signed) == [(None,), (str(SCHOOL),)]


async def test_a_chief_of_a_branch_acts_for_the_branch_only(open_world: OpenWorld) -> None:
    async with (
        open_world() as world,
        world.signed_in(BRANCH_HEAD) as (browser, _),
        rights_of(world) as rights,
    ):
        page = await browser.get(CHOICE)
        assert f"organization={SCHOOL}&" not in page.html, "there they are an employee"
        await act_for(browser, BRANCH_HEAD, BRANCH)
        head = await rights.acting_head(token_of(browser))
        assert (head.oid, head.branch_of) == (str(BRANCH), str(SCHOOL))
        assert "в селе Примерном" in head.name


async def test_whoever_chooses_a_private_person_at_esia_is_one(open_world: OpenWorld) -> None:
    async with open_world(esia_version="v2") as world, world.signed_in(HEAD) as (browser, _):
        page = await act_for(browser, HEAD, SCHOOL)
        assert page.url == f"{world.url}{CHOICE}"
        assert rows_of(world, ACTING) == [(None,)]


async def test_another_person_at_esia_does_not_act(open_world: OpenWorld) -> None:
    """The browser's session is of one head; at ESIA another person signs in."""
    async with open_world(esia_version="v2") as world, world.signed_in(HEAD) as (browser, _):
        page = await act_for(browser, TEACHER, SCHOOL, SCHOOL)
        assert page.url == f"{world.url}/sessions"
        async with rights_of(world) as rights:
            with pytest.raises(Exception, match="not a chief"):
                await rights.acting_head(token_of(browser))
    async with open_world() as world, world.signed_in(HEAD) as (browser, _):
        page = await act_for(browser, OTHER_HEAD, SCHOOL)
        assert (page.status, page.h1) == (403, "ЕСИА отказала во входе")
        assert "В ЕСИА вы не относитесь к этой организации" in page.html


@pytest.mark.parametrize("switch", [{"liquidated": "yes"}, {"refused": "yes", "client_id": "MYEDU"}])
async def test_a_closed_or_unwilling_organisation_is_explained(
    open_world: OpenWorld, switch: dict[str, str]
) -> None:
    async with open_world() as world, world.signed_in(HEAD) as (browser, _):
        await change_at_esia(world, organisation=str(SCHOOL), **switch)
        page = await act_for(browser, HEAD, SCHOOL)
        assert (page.status, page.h1) == (403, "ЕСИА отказала во входе")


async def test_others_have_nothing_to_choose(world: World) -> None:
    for oid in (MOTHER, TEACHER):
        async with world.signed_in(oid) as (browser, _):
            page = await browser.get(CHOICE)
            assert "ЕСИА не называет ни одной организации, которой вы руководите." in page.html
            assert "/enter?organization" not in page.html
            assert (await browser.get(f"/enter?organization={OTHER_SCHOOL}")).status == 404
    async with world.browser() as browser:
        assert (await browser.location_of(CHOICE)).startswith("/enter?next=")
        assert (await browser.location_of(f"/enter?organization={SCHOOL}")).startswith("/enter?next=")
        page = await sign_in(browser, HEAD, CHOICE)
        assert page.url == f"{world.url}{CHOICE}"
