"""How many taps a family's usual questions take on a phone; 0: the answer is on the first screen."""

import re

import pytest
from playwright.async_api import Page, expect

from myedu.demo.people import ELDEST, MOTHER, SECOND
from tests.browser.conftest import PHONE, Town, Visit

pytestmark = pytest.mark.browser

CHILDREN = ("Мария", "Павел", "Вера")


async def _on_first_screen(page: Page, selector: str) -> bool:
    box = await page.locator(selector).first.bounding_box()
    return box is not None and box["y"] + box["height"] <= PHONE["height"]


async def test_pupil_1_the_lesson_now_and_where(town: Town, visit: Visit):
    pavel = await visit(SECOND)
    page = await pavel.open("/")
    assert page.url.endswith("/today"), "a pupil begins with the own day"
    await expect(page.locator("#now h2")).to_contain_text("Сейчас: ")
    await expect(page.locator("#now")).to_contain_text(re.compile("Каб\\. |Спортзал"))  # as the plan has it
    await expect(page.locator("#now")).to_contain_text("до 10:55 · осталось 35 минут")
    assert await _on_first_screen(page, "#now")
    assert await page.locator(".lesson.running .running-tag").inner_text() == "сейчас"


async def test_pupil_2_homework_for_tomorrow(town: Town, visit: Visit):
    maria = await visit(ELDEST)
    page = await maria.open("/")
    # Her lessons are over, so the homework comes first.
    await expect(page.locator("#tomorrow h2")).to_have_text("На завтра")
    await expect(page.locator("#tomorrow > p")).to_contain_text("задани")
    assert await page.locator("#tomorrow .task").count() > 0
    assert await _on_first_screen(page, "#tomorrow .task")


async def test_pupil_3_new_marks(town: Town, visit: Visit):
    page = await (await visit(SECOND)).open("/")
    await expect(page.locator("#new-marks h2")).to_have_text("Новые оценки")
    assert await page.locator("#new-marks .mark").count() > 0


async def test_pupil_4_another_week_and_day(town: Town, visit: Visit):
    pavel = await visit(SECOND)
    page = await pavel.open("/")
    await pavel.tap("nav.place a", has_text="Неделя")
    await expect(page.locator("h1")).to_have_text("Неделя 23–28 ноября")
    assert pavel.taps == 1
    await pavel.tap("#following")
    await expect(page.locator("h1")).to_have_text("Неделя 30 ноября — 5 декабря")
    assert pavel.taps == 2


async def test_pupil_6_done_in_one_tap_and_undone(town: Town, visit: Visit):
    maria = await visit(ELDEST)
    page = await maria.open("/")
    tick = page.locator("#tomorrow .tick").first
    await maria.tap("#tomorrow .tick")
    await expect(tick).to_have_attribute("aria-pressed", "true")
    assert maria.taps == 1
    await page.reload(wait_until="load")
    await expect(tick).to_have_attribute("aria-pressed", "true")
    await expect(page.locator("#tomorrow > p")).to_contain_text("готово: 1")
    await maria.tap("#tomorrow .tick")
    await expect(tick).to_have_attribute("aria-pressed", "false")
    await page.reload(wait_until="load")
    await expect(tick).to_have_attribute("aria-pressed", "false")


async def test_pupil_7_the_average_and_its_outcome(town: Town, visit: Visit):
    pavel = await visit(SECOND)
    page = await pavel.open("/")
    await pavel.tap("nav.place a", has_text="Оценки")
    await pavel.tap("th a", has_text="Русский язык")
    await expect(page.locator("h1")).to_have_text("Русский язык")
    await expect(page.locator("#average h2")).to_contain_text("Средний балл")
    assert pavel.taps == 2
    await pavel.tap("#average button", has_text="Посчитать")
    await expect(page.locator("#what-if")).to_be_visible()
    assert pavel.taps == 3


async def test_pupil_9_a_cancelled_and_a_replaced_lesson(town: Town, visit: Visit):
    page = await (await visit(SECOND)).open("/")
    await expect(page.locator(".lesson.off")).to_contain_text("Урока не будет")
    struck = await page.eval_on_selector(".lesson.off .what", "e => getComputedStyle(e).textDecorationLine")
    assert struck == "line-through"
    await expect(page.locator(".lesson", has_text="Вместо: ")).to_have_count(1)


async def test_parent_1_is_everyone_at_school(town: Town, visit: Visit):
    page = await (await visit(MOTHER)).open("/")
    assert page.url.endswith("/children")
    cards = {name: page.locator("section.card", has=page.locator("h2", has_text=name)) for name in CHILDREN}
    await expect(cards["Павел"]).to_contain_text("Сейчас: ")
    await expect(cards["Мария"]).to_contain_text("Уроки на сегодня закончились")
    for name in ("Павел", "Вера"):
        await expect(cards[name].locator(".tag.bad")).to_have_text("Пропущен 1 урок")


async def test_parent_2_new_marks_of_all_children(town: Town, visit: Visit):
    page = await (await visit(MOTHER)).open("/")
    for name in CHILDREN:
        card = page.locator("section.card", has=page.locator("h2", has_text=name))
        await expect(card.locator("h3")).to_have_text("Новые оценки")
        await expect(card.locator(".new-marks, .new-marks ~ p, h3 ~ p").first).to_be_visible()


async def test_parent_3_homework_of_each_child(town: Town, visit: Visit):
    mother = await visit(MOTHER)
    page = await mother.open("/")
    for name in CHILDREN:
        card = page.locator("section.card", has=page.locator("h2", has_text=name))
        await expect(card).to_contain_text("На завтра: ")
    await mother.tap(".chips a", has_text="Мария")
    await expect(page.locator("#tomorrow .task").first).to_be_visible()
    assert mother.taps == 1


async def test_parent_4_to_another_child(town: Town, visit: Visit):
    mother = await visit(MOTHER)
    page = await mother.open(f"{town.child('Павел')}/marks")
    await mother.tap(".chips a", has_text="Вера")
    assert page.url == f"{town.portal}{town.child('Вера')}/marks", "the same page of the other child"
    assert mother.taps == 1
    await mother.tap(".chips a", has_text="Все")
    assert page.url.endswith("/children")


async def test_parent_8_averages(town: Town, visit: Visit):
    mother = await visit(MOTHER)
    page = await mother.open("/")
    await mother.tap(".chips a", has_text="Павел")
    await mother.tap("nav.place a", has_text="Оценки")
    await expect(page.locator("table")).to_contain_text("Русский язык")
    averages = await page.locator("td.num b").all_inner_texts()
    assert averages
    assert mother.taps == 2
