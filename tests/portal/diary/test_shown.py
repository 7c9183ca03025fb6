"""A copy of which no page can be made is thrown away and the journal is asked again."""

import asyncio
from typing import Any

import pytest
from litestar import Response
from litestar.exceptions import NotFoundException
from msgspec.structs import replace

from myedu.portal.diary.models import FamilyFacts
from myedu.portal.diary.shown import shown
from myedu.portal.federation.models import Unavailable
from tests.portal.diary.conftest import Home, text_of
from tests.portal.diary.samples import diary, entry, facts_of, marks_facts, student

WEEK = "week/2026-11-25"


@pytest.mark.parametrize(
    ("page", "method", "sees"),
    [
        (WEEK, "diary", "Алгебра"),
        ("today", "diary", "Алгебра"),
        ("homework", "diary", "№ 312"),
        ("marks", "marks", "Русский язык"),
        ("subjects/rus", "marks", "Средний балл"),
    ],
)
async def test_an_unreadable_copy_is_asked_for_again(home: Home, page: str, method: str, sees: str) -> None:
    path = f"/c/{home.maria}/{page}"
    assert sees in text_of(await home.mother.get(path))
    asked = home.near.asked[method]
    await home.change_copies('"subject":{', '"subject":{"id":5},"was":{')
    again = await home.mother.get(path)
    assert again.status == 200
    assert sees in text_of(again)
    assert home.near.asked[method] == asked + 1, "the copy is fresh, and of no use"
    assert (await home.outsider.get(path)).status == 404
    await home.mother.get(path)
    assert home.near.asked[method] == asked + 1, "the new copy is of use"


async def test_an_unreadable_copy_of_a_silent_journal_is_explained(home: Home) -> None:
    path = f"/c/{home.maria}/{WEEK}"
    await home.mother.get(path)
    await home.change_copies('"subject":{', '"subject":{"id":5},"was":{')
    home.near.fault = None
    home.near.pause = 5
    assert "Нет данных: " in text_of(await home.mother.get(path))
    # The call under way is over before the next test: it would answer that test's page, late.
    home.near.pause = 0
    for _ in range(100):
        if "Алгебра" in text_of(await home.mother.get(path)):
            return
        await asyncio.sleep(0.1)
    raise AssertionError("the journal answers again, and the page doesn't show it")


class Pages:
    """Facts that are read, shown and discarded; `bad`: texts of which no page can be made."""

    def __init__(self, *facts: Any, bad: str = "") -> None:
        self.facts, self.bad = list(facts), bad
        self.discarded: list[Any] = []

    async def read(self) -> Any:
        return self.facts.pop(0)

    def show(self, facts: Any) -> Response[bytes]:
        if self.bad and self.bad in repr(facts):
            raise ZeroDivisionError(self.bad)
        return Response(repr(facts).encode())

    async def discard(self, facts: Any) -> None:
        self.discarded.append(facts)

    async def page(self) -> str:
        return (await shown(self.read, self.show, self.discard)).content.decode()


def a_day(subject: str, **other: Any) -> Any:
    return facts_of(diary(entry(1, subject)), **other)


async def test_what_can_be_shown_is_shown_once() -> None:
    pages = Pages(a_day("Алгебра"))
    assert "Алгебра" in await pages.page()
    assert pages.discarded == []


async def test_another_answer_replaces_the_one_that_cannot_be_shown(caplog: pytest.LogCaptureFixture) -> None:
    first = a_day("Химия")
    pages = Pages(first, a_day("Алгебра"), bad="Химия")
    assert "Алгебра" in await pages.page()
    assert pages.discarded == [first]
    (record,) = caplog.records
    assert record.exc_info


@pytest.mark.parametrize("facts", [a_day("Химия"), marks_facts(*[], subject="Химия")])
async def test_an_answer_that_can_never_be_shown_is_an_answer_with_an_error(facts: Any) -> None:
    pages = Pages(facts, facts, bad="value=")  # of Fresh: every answer
    assert "reason='wrong-shape'" in await pages.page()
    assert len(pages.discarded) == 2, "it isn't kept"


async def test_the_other_childrens_cards_stay() -> None:
    good, bad = a_day("Алгебра"), a_day("Химия", who=student(2))
    facts = FamilyFacts(family=good.family, cards=(good, bad))
    pages = Pages(facts, facts, bad="Химия")
    page = await pages.page()
    wrong = Unavailable("wrong-shape", good.family.now)
    assert page == repr(replace(facts, cards=(good, replace(bad, diary=wrong))))


async def test_an_error_of_the_request_is_no_fault_of_the_answer() -> None:
    pages = Pages(a_day("Алгебра"))

    def missing(_: Any) -> Response[bytes]:
        raise NotFoundException

    with pytest.raises(NotFoundException):
        await shown(pages.read, missing, pages.discard)
    assert pages.discarded == []
