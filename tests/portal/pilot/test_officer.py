"""/region: what a region's officer sees and does, and what nobody else does."""

from datetime import timedelta

import pytest

from tests.portal.conftest import NOON
from tests.portal.pilot.conftest import (
    AUTHORITY,
    HEAD,
    MOTHER,
    OFFICER,
    OPERATOR,
    TEACHER,
    PilotPortal,
    applied,
    judged,
)


async def test_the_officers_home_is_their_region(pilot: PilotPortal) -> None:
    async with pilot.world.signed_in(OFFICER) as (browser, page):
        assert page.h1 == "Приморский край"
        assert page.url.endswith("/region/25")
        assert "Мой регион" in page.html
        for path in ("/region/25/schools", "/region/25/teachers", "/region/25/contacts"):
            assert (await browser.get(path)).status == 200, path
        assert "Школа № 2" in (await browser.get("/region/25/schools.csv")).html


async def test_another_region_is_nothing(pilot: PilotPortal) -> None:
    async with pilot.world.signed_in(OFFICER) as (browser, _):
        nothing = await browser.get("/region/99")
        for code in ("14", "77"):
            for part in ("", "/schools", "/teachers", "/schools.csv", "/teachers.csv", "/contacts"):
                answer = await browser.get(f"/region/{code}{part}")
                assert (answer.status, answer.h1) == (404, nothing.h1), (code, part)
        assert (await browser.post("/region/14/contacts", {})).status == 404
        assert (await browser.post("/region/14/publication", {"agreed": "1"})).status == 404


async def test_an_officer_of_two_regions_chooses(pilot: PilotPortal) -> None:
    await pilot.run("UPDATE pilot.regions SET authority_oids = %s WHERE code = '14'", [AUTHORITY])
    async with pilot.world.signed_in(OFFICER) as (_, page):
        assert page.h1 == "Мои регионы"
        assert 'href="/region/14"' in page.html
        assert 'href="/region/25"' in page.html


@pytest.mark.parametrize("oid", [MOTHER, TEACHER, HEAD, OPERATOR])
async def test_for_others_nothing_is_here(pilot: PilotPortal, oid: int) -> None:
    async with pilot.world.signed_in(oid) as (browser, _):
        for path in ("/region", "/region/25", "/region/25/schools.csv", "/region/25/teachers.csv"):
            assert (await browser.get(path)).status == 404, path
        assert (await browser.post("/region/25/contacts", {})).status == 404
        assert (await browser.post("/region/25/publication", {})).status == 404
    async with pilot.world.browser() as browser:
        assert (await browser.location_of("/region")).startswith("/enter?")
    refused = await pilot.run("SELECT count(*) FROM audit.lines WHERE action = 'region.refuse'")
    assert refused[0][0] > 0


async def test_contacts_are_added_changed_and_removed(pilot: PilotPortal) -> None:
    async with pilot.world.signed_in(OFFICER) as (browser, _):
        page = await browser.get("/region/25/contacts")
        form = next(one for one in page.forms if one.action == "/region/25/contacts")
        new = {**form.fields, "role": "technical", "name": "Иван Техников", "email": "it@example.org"}
        page = await browser.post("/region/25/contacts", new)
        ((id,),) = await pilot.run("SELECT id FROM pilot.contacts")
        changed = {**new, "phone": "+7 423 200-00-01", "deed": "keep"}
        await browser.post(f"/region/25/contacts/{id}", changed)
        assert "+7 423 200-00-01" in (await browser.get("/region/25")).html
        wrong = await browser.post(f"/region/25/contacts/{id}", {**changed, "email": "nothing"})
        assert (wrong.status, "Это не адрес почты" in wrong.html) == (422, True)
        assert (await browser.post("/region/25/contacts/999999", changed)).status == 404
        await browser.post(f"/region/25/contacts/{id}", {**changed, "deed": "remove"})
        assert await pilot.run("SELECT id FROM pilot.contacts") == []
    deeds = await pilot.run(
        "SELECT action FROM audit.lines WHERE action LIKE 'region.contact%%' AND actor_relation = 'officer'"
        " ORDER BY id"
    )
    assert [deed for (deed,) in deeds][-3:] == [
        "region.contact-add", "region.contact-change", "region.contact-remove",
    ]  # fmt: skip


async def test_everyone_reads_a_report_when_the_region_agrees(pilot: PilotPortal) -> None:
    await applied(pilot, days_ago=10)
    await judged(pilot, passed=True)
    async with pilot.world.browser() as anyone:
        before = await anyone.get("/regions")
        assert "Подключены: 1 из 10" in before.html
        assert "с 13.11.2026" in before.html
        assert "Журнал 1.0" not in before.html
        async with pilot.world.signed_in(OFFICER) as (browser, page):
            done = await browser.press(page, action="/region/25/publication")
            assert "опубликованы" in done.html
            assert "Журнал 1.0: пройден 22.11.2026" in (await anyone.get("/regions")).html
            await browser.press(done, action="/region/25/publication")
        assert "Журнал 1.0" not in (await anyone.get("/regions")).html


async def test_a_deed_needs_esias_word_of_now(pilot: PilotPortal) -> None:
    """A role that ESIA names no more is none, at once for a deed."""
    await judged(pilot, passed=True)
    async with pilot.world.signed_in(OFFICER) as (browser, page):
        pilot.world.clock.advance(timedelta(minutes=5))
        await pilot.run(
            "UPDATE identity.login_sessions SET refresh_token = NULL WHERE account_id ="
            " (SELECT id FROM identity.accounts WHERE esia_oid = %s)",
            str(OFFICER),
        )
        answer = await browser.press(page, action="/region/25/publication")
        assert answer.status in (403, 503)
        assert (await browser.get("/region/25")).status == 200  # within the term
    assert await pilot.run("SELECT count(*) FROM operators.conformance_published") == [(0,)]
    pilot.world.clock.set(NOON)
