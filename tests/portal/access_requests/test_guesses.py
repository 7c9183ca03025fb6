"""Whoever guesses names, birth dates and schools gets equal answers, whether such a child exists or not."""

import itertools
import re

from tests.portal.access_requests.conftest import NEAR, Town
from tests.portal.browser import Page

FAMILIES = ("Чижов", "Синицына", "Никогдаев", "Йцукен", "чижов")
NAMES = ("Тимур", "Мария", "Павел", "Вера", "Никто")
DAYS = ("04.04.2013", "20.05.2010", "09.09.2014", "01.01.2012")
SCHOOLS = (NEAR, {**NEAR, "system": "far"})
MISSING = "/children/missing"


def shape(page: Page, typed: dict[str, str]) -> str:
    """The page without what the asker typed, the school's name, the request's id and the form's secret."""
    html = page.html
    for value in sorted(typed.values(), key=len, reverse=True):
        html = html.replace(value, "TYPED")
    html = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", html)
    html = re.sub(r'name="csrf" value="[^"]*"', "CSRF", html)
    return re.sub(r"Школа № [17]", "SCHOOL", html)


async def test_two_hundred_guesses_get_one_answer(town: Town) -> None:
    guesses = [
        {"last_name": family, "first_name": name, "birth_date": day, **school}
        for family, name, day, school in itertools.product(FAMILIES, NAMES, DAYS, SCHOOLS)
    ]
    assert len(guesses) == 200
    answers, lists = set(), set()
    for guess in guesses:
        # The operator asks: no child is theirs, and every child of the town is somebody's.
        sent = await town.ask(town.operator, **guess, child="other")
        own = await town.operator.get(MISSING)
        typed = {key: guess[key] for key in ("last_name", "first_name", "birth_date")}
        answers.add((sent.status, shape(sent, typed)))
        lists.add((own.status, shape(own, typed)))
        await town.sql("DELETE FROM access_requests.requests")
    assert len(answers) == 1
    assert len(lists) == 1


async def test_what_the_school_sees_changes_nothing_for_the_asker(town: Town) -> None:
    """The school learns whether there is such a child, and the asker's page stays the same."""
    pages = set()
    for name in ("Тимур", "Никто"):
        typed = {"last_name": "Чижов", "first_name": name, "birth_date": "04.04.2013"}
        await town.ask(town.operator, **typed, child="other")
        request = await town.request_id()
        seen = await town.head.get(f"/school/requests/{request}")
        assert "В журнале: Чижов Тимур" in seen.html  # the last name and the birth date are enough
        assert ("Имя отличается." in seen.html) == (name == "Никто")
        pages.add(shape(await town.operator.get(f"{MISSING}/requests/{request}"), typed))
        await town.sql("DELETE FROM access_requests.requests")
    assert len(pages) == 1


async def test_a_head_sees_pupils_of_their_own_school_only(town: Town) -> None:
    """Vera studies at the other school: a request to this one shows nothing of her."""
    typed = {"last_name": "Синицына", "first_name": "Вера", "birth_date": "30.01.2018"}
    await town.ask(town.operator, **typed, child="other")
    page = await town.head.get(f"/school/requests/{await town.request_id()}")
    assert "В вашем журнале нет ученика" in page.html
    assert "В журнале:" not in page.html


async def test_a_barred_parent_reads_what_is_read_of_no_child(town: Town) -> None:
    """The answer about a child whom the journal has closed to them is that of a SNILS that nobody has."""
    nobody = await town.mother.get(MISSING)
    await town.sql("UPDATE people.persons SET snils = '16017919155' WHERE id = 'timur'")
    assert "Открыть дневник" in (await town.mother.get(MISSING)).html
    await town.sql(
        "INSERT INTO people.persons (region, system_id, id, last_name, first_name, snils, updated_at)"
        " VALUES ('14', 'near', 'barred', 'Чижова', 'Алина', '16017127223', now()) ON CONFLICT DO NOTHING"
    )
    await town.sql(
        "INSERT INTO people.guardianships (region, system_id, id, guardian_id, child_id, starts_on,"
        " revoked_at, updated_at) VALUES ('14', 'near', 'x', 'barred', 'timur', '2020-01-01',"
        " '2026-09-01', now())"
    )
    try:
        for change in ("archived_at = NULL", "birth_date = '2013-04-05'", "archived_at = now()"):
            await town.sql(f"UPDATE people.persons SET {change} WHERE id = 'timur'")
            assert shape(await town.mother.get(MISSING), {}) == shape(nobody, {})
    finally:
        await town.sql("DELETE FROM people.guardianships")
        await town.sql("DELETE FROM people.persons WHERE id = 'barred'")
