"""The head's home: candidates, the confirmation, what a second head and strangers get, withdrawal."""

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta

import psycopg
import pytest

from myedu.esia.errors import EsiaUnavailable
from myedu.portal.verification.organization_tasks import EmployeesTask, next_night
from tests.portal.conftest import OpenWorld, World
from tests.portal.identity.test_rights import OPERATOR, ORGANISATION, SILENT, change_at_esia
from tests.portal.identity.test_sign_in import MOTHER, TEACHER, rows_of
from tests.portal.verification.heads import (
    BOTH_BRANCHES,
    BRANCH,
    BRANCH_HEAD,
    HEAD,
    KPP,
    NUMBERS,
    OTHER_HEAD,
    OTHER_SCHOOL,
    SCHOOL,
    acting,
    confirm,
    database_of,
    export_schools,
    reader_of,
)

PATHS = ("/school", "/school/invitation")
VERIFIED = (
    "SELECT organization_id, esia_oid, withdrawn_reason FROM people.verified_organizations"
    " ORDER BY organization_id"
)


@pytest.fixture
async def world(open_world: OpenWorld) -> AsyncIterator[World]:
    async with open_world(operator_organisations=(str(ORGANISATION),)) as opened:
        await export_schools(opened, *BOTH_BRANCHES)
        yield opened


async def test_a_head_sees_what_is_equal_and_what_differs_and_confirms(world: World) -> None:
    async with acting(world, HEAD, SCHOOL) as (browser, page):
        assert (page.status, page.h1) == (200, "Моя школа")
        assert "Выдуманная школа № 1" in page.html
        assert "КПП другой: это другой филиал той же организации." in page.html
        assert [form.fields.get("school") for form in page.forms if form.action == "/school/confirm"] == [
            "main"
        ]
        page = await confirm(browser, page, "main")
        assert "Школа подтверждена. Теперь можно пригласить сотрудников." in page.html
        assert "1 класс, 1 ученик" in page.html
        assert "Республика Саха (Якутия)" in page.html
        assert rows_of(world, VERIFIED) == [("main", str(SCHOOL), None)]
        noted = (
            "SELECT actor_relation, region, system_id, detail FROM audit.lines"
            " WHERE action = 'school.confirm'"
        )
        assert rows_of(world, noted) == [
            (
                "head",
                "14",
                "s1",
                {"school": "main", "organization": str(SCHOOL), "equal": ["ogrn", "inn", "kpp"]},
            )
        ]
        assert (await browser.get("/")).url == f"{world.url}/school", "it is their home now"
        page = await browser.get("/school/invitation")
        assert world.url in page.html


async def test_each_head_of_a_branch_confirms_their_own(world: World) -> None:
    async with acting(world, BRANCH_HEAD, BRANCH) as (browser, page):
        assert [form.fields.get("school") for form in page.forms if form.action == "/school/confirm"] == [
            "branch"
        ]
        await confirm(browser, page, "branch")
    async with acting(world, HEAD, SCHOOL) as (browser, page):
        await confirm(browser, page, "main")
        assert rows_of(world, VERIFIED) == [("branch", str(BRANCH), None), ("main", str(SCHOOL), None)]
        assert "Филиал в Примерном" not in (await browser.get("/school")).html


async def test_everybody_else_gets_the_404_of_nothing(world: World) -> None:
    for oid in (MOTHER, TEACHER, OPERATOR, HEAD):  # the head too, as a private person
        async with world.signed_in(oid) as (browser, _):
            nothing = await browser.get("/nothing/here")
            for path in PATHS:
                page = await browser.get(path)
                assert (page.status, page.h1) == (404, nothing.h1), (oid, path)
            fields = {"region": "14", "system": "s1", "school": "main"}
            assert (await browser.post("/school/confirm", fields)).status == 404
    async with world.browser() as browser:
        for path in PATHS:
            assert (await browser.location_of(path)).startswith("/enter?next=")
    assert rows_of(world, VERIFIED) == []


async def test_a_head_confirms_no_school_of_others(world: World) -> None:
    async with acting(world, OTHER_HEAD, OTHER_SCHOOL) as (browser, page):
        assert "Ни в одной выгрузке нет школы с такими номерами." in page.html
        assert "заполнить в выгрузке ОГРН, ИНН и КПП" in page.html
        csrf = page.forms[0].fields["csrf"]
        for school in ("main", "absent", ""):
            fields = {"csrf": csrf, "region": "14", "system": "s1", "school": school}
            assert (await browser.post("/school/confirm", fields)).status == 404
        assert (await browser.location_of("/school/invitation")) == "/school"
    async with acting(world, HEAD, SCHOOL) as (browser, page):
        csrf = page.forms[0].fields["csrf"]
        fields = {"csrf": csrf, "region": "14", "system": "s1", "school": "branch"}
        assert (await browser.post("/school/confirm", fields)).status == 404, "the KPP differs"
        fields = {"region": "14", "system": "s1", "school": "main", "csrf": "x"}
        assert (await browser.post("/school/confirm", fields)).status == 403
    assert rows_of(world, VERIFIED) == []


async def test_a_second_claim_is_refused_in_words_and_the_operator_sees_it(world: World) -> None:
    async with acting(world, HEAD, SCHOOL) as (browser, page):
        stale = page
        with psycopg.connect(world.database_url) as conn:
            conn.execute(
                "INSERT INTO people.verified_organizations VALUES"
                " ('14', 's1', 'main', '777', now(), gen_random_uuid())"
            )
        page = await confirm(browser, stale, "main")
        assert "Не подтверждено: эта школа уже за другой организацией." in page.html
        assert "Эту школу уже подтвердила другая организация." in page.html
        assert rows_of(world, VERIFIED) == [("main", "777", None)]
        assert (await browser.get("/operator/schools")).status == 404
    async with world.signed_in(OPERATOR) as (browser, _):
        page = await browser.get("/operator/schools")
        assert "Выдуманная школа № 1" in page.html
        assert f"заявила МБОУ «Выдуманная школа № 1» ({SCHOOL}), подтверждена за 777" in page.html
        for number in ("0", "x", "99999999999", "2"):
            assert (await browser.get(f"/operator/schools?page={number}")).status == 200


@pytest.mark.parametrize(
    ("school", "may"),
    [
        ({"ogrn": NUMBERS["ogrn"]}, True),
        ({"inn": NUMBERS["inn"], "kpp": KPP}, True),
        ({"inn": NUMBERS["inn"]}, False),
        ({"esia_oid": str(SCHOOL)}, True),
        ({"ogrn": NUMBERS["ogrn"], "esia_oid": "5"}, False),
        ({"ogrn": "1020000000099", "inn": NUMBERS["inn"], "kpp": KPP}, False),
    ],
)
async def test_what_must_be_equal(open_world: OpenWorld, school: dict[str, str], may: bool) -> None:
    async with open_world() as world:
        await export_schools(world, {"id": "one", **school})
        async with acting(world, HEAD, SCHOOL) as (_, page):
            assert any(form.action == "/school/confirm" for form in page.forms) == may
            assert "Школа one" in page.html


async def test_without_esia_nothing_is_confirmed_and_the_page_says_so(open_world: OpenWorld) -> None:
    now: dict[str, tuple[int, str]] = {}
    async with open_world(esia_faults=now) as world:
        await export_schools(world, *BOTH_BRANCHES)
        now[f"/orgs/{SCHOOL}"] = SILENT
        async with acting(world, HEAD, SCHOOL) as (browser, page):
            assert "ЕСИА сейчас не отвечает, поэтому подтвердить ничего нельзя." in page.html
            assert not any(form.action == "/school/confirm" for form in page.forms)
            now.clear()
            page = await browser.get("/school")
            now[f"/orgs/{SCHOOL}"] = SILENT
            page = await confirm(browser, page, "main")
            assert "Не подтверждено: ЕСИА не назвала номера вашей организации." in page.html
            assert rows_of(world, VERIFIED) == []


# The worker.


async def test_employees_are_read_after_the_confirmation_and_each_night(world: World) -> None:
    async with acting(world, HEAD, SCHOOL) as (browser, page), reader_of(world) as reader:
        await confirm(browser, page, "main")
        task = EmployeesTask(reader)
        async with database_of(world) as database, database.transaction() as conn:
            assert await task.subjects(conn) == [str(SCHOOL)]
            (due,) = await task.due(conn, world.clock.now())
            assert await task.due(conn, world.clock.now()) == [], "not before the night"
            night = next_night(world.clock.now()) + timedelta(hours=4)
            assert [one.subject for one in await task.due(conn, night)] == [str(SCHOOL)]
        assert await reader.read_employees(due.subject) == "5 employees"
        found = "SELECT person_oid, last_name, snils, position, chief FROM verification.esia_employees"
        employees = {row[0]: row[1:] for row in rows_of(world, found)}
        assert employees[str(TEACHER)] == ("Орлова", "16013959652", "Учитель математики", False)
        assert str(BRANCH_HEAD) not in employees, "the branch has a list of its own"
        page = await browser.get("/school/invitation")
        assert "Вошли: 1 из 5" in page.html
        assert "Орлова Тамара Ивановна" in page.html
        await change_at_esia(world, oid=str(TEACHER), organisation=str(SCHOOL))
        assert await reader.read_employees(due.subject) == "4 employees"
        assert rows_of(world, VERIFIED) == [("main", str(SCHOOL), None)]


@pytest.mark.parametrize(
    ("switch", "reason", "words"),
    [
        ({"oid": str(HEAD), "chief": "no"}, "head-changed", "больше не называет руководителем"),
        ({"liquidated": "yes"}, "organization-closed", "организация закрыта"),
        ({"refused": "yes", "client_id": "MYEDU"}, "permission-withdrawn", "больше не разрешает порталу"),
    ],
)
async def test_what_esia_no_longer_bears_out_is_withdrawn(
    world: World, switch: dict[str, str], reason: str, words: str
) -> None:
    async with acting(world, HEAD, SCHOOL) as (browser, page), reader_of(world) as reader:
        await confirm(browser, page, "main")
        await reader.read_employees(str(SCHOOL))
        await change_at_esia(world, organisation=str(SCHOOL), **switch)
        assert await reader.read_employees(str(SCHOOL)) == reason
        assert rows_of(world, VERIFIED) == [("main", str(SCHOOL), reason)]
        noted = "SELECT actor_relation, detail->>'reason' FROM audit.lines WHERE action = 'school.withdraw'"
        assert rows_of(world, noted) == [("system", reason)]
    async with world.signed_in(OPERATOR) as (browser, _):
        assert words in (await browser.get("/operator/schools")).html


async def test_a_new_head_confirms_again(world: World) -> None:
    async with acting(world, HEAD, SCHOOL) as (browser, page), reader_of(world) as reader:
        await confirm(browser, page, "main")
        place = {"organisation": str(SCHOOL)}
        await change_at_esia(world, **place, liquidated="yes")
        await reader.read_employees(str(SCHOOL))
        await change_at_esia(world, **place, liquidated="no")
        page = await browser.get("/school")
        assert "Подтверждение действовало до 23 ноября 2026, 18:00" in page.html
        assert "по сведениям ЕСИА организация закрыта" in page.html
        await confirm(browser, page, "main")
        assert rows_of(world, VERIFIED) == [("main", str(SCHOOL), None)]


async def test_the_heads_next_sign_in_has_the_list_read(world: World) -> None:
    async with acting(world, HEAD, SCHOOL) as (browser, page), reader_of(world) as reader:
        await confirm(browser, page, "main")
        task = EmployeesTask(reader)
        async with database_of(world) as database:
            async with database.transaction() as conn:
                assert len(await task.due(conn, world.clock.now())) == 1
            await change_at_esia(world, oid=str(HEAD), organisation=str(SCHOOL), chief="no")
            page = await browser.get(f"/enter?organization={SCHOOL}&next=%2Fschool")
            assert (page.status, page.url) == (404, f"{world.url}/school"), "no head any more"
            async with database.transaction() as conn:
                assert [one.subject for one in await task.due(conn, world.clock.now())] == [str(SCHOOL)]
        assert await reader.read_employees(str(SCHOOL)) == "head-changed"


@pytest.mark.parametrize("answer", [SILENT, (200, "<html>"), (200, '{"elements": []}')])
async def test_a_fault_of_esias_withdraws_nothing(open_world: OpenWorld, answer: tuple[int, str]) -> None:
    now: dict[str, tuple[int, str]] = {}
    async with open_world(esia_faults=now) as world:
        await export_schools(world, *BOTH_BRANCHES)
        async with acting(world, HEAD, SCHOOL) as (browser, page), reader_of(world) as reader:
            await confirm(browser, page, "main")
            now["/emps"] = answer
            with suppress(EsiaUnavailable):  # the job is tried again
                await reader.read_employees(str(SCHOOL))
            assert rows_of(world, VERIFIED) == [("main", str(SCHOOL), None)]
            assert (await browser.get("/school")).status == 200


async def test_a_chief_of_no_school_has_no_home_here(open_world: OpenWorld) -> None:
    """Who leads a company signs in as a parent."""
    async with open_world() as world, world.signed_in(OTHER_HEAD) as (browser, page):
        assert "/enter/organization" not in page.html
        assert not (await browser.get("/")).url.endswith("/enter/organization")
