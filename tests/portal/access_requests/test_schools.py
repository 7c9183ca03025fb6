"""Which regions and schools are connected: for everyone, found by words, without personal data."""

import json
from pathlib import Path

import pytest
from psycopg import AsyncConnection

from myedu.portal.access_requests.schools import is_query
from myedu.portal.people import service as people
from tests.portal.access_requests.conftest import Town
from tests.portal.conftest import NOON, Rows
from tests.portal.diary.conftest import text_of

REGIONS = {"14": ["Республика Саха (Якутия)"], "25": ["Приморский край"]}


@pytest.fixture
async def schools(conn: AsyncConnection, rows: Rows) -> AsyncConnection:
    for id, name, address, more in (
        ("o1", "МБОУ «Средняя школа № 5» г. Королёва", "г. Королёв, ул. Мира, 1", {}),
        ("o2", "МБОУ «СОШ №15 п. Усть-Нера»", None, {"short_name": "СОШ № 15"}),
        ("o3", "Гимназия-5", "Владивосток", {"region": "25"}),
        ("o4", "Школа № 5, которой нет", None, {"archived_at": NOON}),
        ("o5", "Лицей 100%_'; DROP", None, {"region": "25"}),
    ):
        await rows.add(
            "organizations", id=id, name=name, address=address, kind="school", time_zone="UTC", **more
        )
    return conn


CASES = {
    "школа 5": ["o1"],
    "ШКОЛА №5": ["o1"],
    "королев": ["o1"],
    "КОРОЛЁВ мира": ["o1"],
    "сош 15 усть-нера": ["o2"],
    "нера": ["o2"],
    "гимназия 5": ["o3"],
    "5": ["o1", "o3"],
    "якутия": ["o1", "o2"],
    "Якутия 15": ["o2"],
    "приморский край": ["o3", "o5"],
    "приморский гимн": ["o3"],
    "которой": [],
    "якутия владивосток": [],
    "100%_'; DROP": ["o5"],
    "' | !:* & <->": [],
    "ш" * 100: [],
    " ".join("абвгдежзи"): [],
}


@pytest.mark.parametrize("query", CASES)
async def test_a_school_is_found_by_words(schools: AsyncConnection, query: str) -> None:
    found = await people.search_schools(schools, query, REGIONS)
    assert [one.organization_id for one in found] == CASES[query]


def test_two_letters_are_needed() -> None:
    assert [is_query(text) for text in ("", "ш", "№ 5", "шк", "№ 15", "ш 5")] == [
        False, False, False, True, True, True,
    ]  # fmt: skip


async def test_the_landing_page_and_the_search(town: Town) -> None:
    async with town.home.world.browser() as anonymous:
        landing = await anonymous.get("/")
        assert "Республика Саха (Якутия): с 23.11.2026" in text_of(landing)
        assert 'action="/schools"' in landing.html
        found = await anonymous.get("/schools?q=%D1%88%D0%BA%D0%BE%D0%BB%D0%B0")  # «школа»
        text = text_of(found)
        assert "Найдено: 2" in text
        assert "подключена с 23.11.2026, руководитель подтвердил" in text
        assert "подключена с 23.11.2026, руководитель ещё не подтвердил" in text
        assert "г. Королёв" in text
        for path in ("/schools", "/schools?q=%D1%88", "/schools?q=zzzz", "/schools?q=%D1%88%D0%BA&page=99"):
            assert (await anonymous.get(path)).status == 200
        assert "Напишите хотя бы 2 буквы" in text_of(await anonymous.get("/schools?q=%D1%88"))
        assert (await anonymous.get("/help/diary-not-found")).h1 == "Почему дневник не находится"


async def test_no_personal_data_is_found(town: Town) -> None:
    await town.sql(
        "UPDATE people.organizations SET email = 'director@school.example', phone = '+79990000000',"
        " site = 'https://school.example'"
    )
    async with town.home.world.browser() as anonymous:
        page = await anonymous.get("/schools?q=%D1%88%D0%BA%D0%BE%D0%BB%D0%B0")
        assert "school.example" not in page.html
        assert "7999" not in page.html
        assert "Найдено: 0" not in page.html
        nothing = await anonymous.get("/schools?q=director@school.example")
        assert "не нашлась" in text_of(nothing)


async def test_many_schools_are_paged(conn: AsyncConnection, town: Town) -> None:
    await town.sql(
        "INSERT INTO people.organizations (region, system_id, id, name, kind, time_zone, updated_at)"
        " SELECT '14', 'far', 'm' || n, 'Лицей ' || n, 'school', 'UTC', now() FROM generate_series(1, 600) n"
    )
    try:
        async with town.home.world.browser() as anonymous:
            query = "/schools?q=%D0%BB%D0%B8%D1%86%D0%B5%D0%B9"  # «лицей»
            first, last = await anonymous.get(query), await anonymous.get(f"{query}&page=25")
            assert "Найдено больше 500 школ" in text_of(first)
            assert "page=2" in first.html
            assert "page=24" in last.html
            assert "page=26" not in last.html
            assert first.html.count("Лицей") == last.html.count("Лицей") == 20
    finally:
        await town.sql("DELETE FROM people.organizations WHERE id LIKE 'm%%'")


async def test_names_of_real_schools_are_found(conn: AsyncConnection, rows: Rows, real_data: Path) -> None:
    """Schools as a regional journal answers them: branches, quotes of both kinds, «Д/с № 168 о.в.»."""
    schools = json.loads((real_data / "netschool" / "netschool_schools.json").read_text())
    for one in schools:
        await rows.add(
            "organizations",
            id=str(one["id"]),
            name=one["name"].strip(),
            short_name=one["shortName"],
            address=one["address"],
            kind="school",
            time_zone="UTC",
        )
    for one in schools:
        for typed in (
            one["name"],
            one["shortName"],
            one["shortName"].upper(),
            f"{one['name']} {one['address']}",
        ):
            found = await people.search_schools(conn, typed, REGIONS)
            assert str(one["id"]) in {school.organization_id for school in found}, typed
    wanted = {str(one["id"]) for one in schools if "СОШ № 68" in one["name"]}
    for typed in ("сош 68 челябинск", "СОШ №68", "68 сош"):
        found = await people.search_schools(conn, typed, REGIONS)
        assert {school.organization_id for school in found} == wanted
