"""What scripts add to pages that work without them: swapping the week, four languages, offline copies."""

import re

import pytest
from playwright.async_api import Error, Page, expect

from myedu.demo.people import MOTHER, OUTSIDER
from myedu.portal.signed_in import SESSION_COOKIE
from tests.browser.conftest import Town, Visit

pytestmark = pytest.mark.browser

THIS, NEXT, LAST = "Неделя 23–28 ноября", "Неделя 30 ноября — 5 декабря", "Неделя 16–21 ноября"
NO_NETWORK = re.compile("ERR_CONNECTION_REFUSED|ERR_FAILED")
UNCHANGED = "document.querySelector('header').dataset.unchanged = 'yes'"


async def _is_same_document(page: Page) -> bool:
    return await page.evaluate("document.querySelector('header').dataset.unchanged === 'yes'")


async def test_the_week_is_swapped_and_back_works(town: Town, visit: Visit):
    mother = await visit(MOTHER)
    page = await mother.open(f"{town.child('Павел')}/week/2026-11-24")
    await page.evaluate(UNCHANGED)
    await page.click("#following")
    await expect(page.locator("h1")).to_have_text(NEXT)
    assert page.url.endswith("/week/2026-11-30")
    assert await page.title() == f"{NEXT} — Моё образование"
    assert await _is_same_document(page), "only #week was swapped"
    assert await page.locator("header, #week, footer").count() == 3, "no page within the page"
    await page.click("#previous")
    await expect(page.locator("h1")).to_have_text(THIS)
    await page.go_back()
    await expect(page.locator("h1")).to_have_text(NEXT)
    await page.go_back()
    await expect(page.locator("h1")).to_have_text(THIS)
    assert page.url.endswith("/week/2026-11-24")
    await page.reload(wait_until="load")
    await expect(page.locator("h1")).to_have_text(THIS)


async def test_the_keyboard_focus_stays(town: Town, visit: Visit):
    mother = await visit(MOTHER)
    page = await mother.open(f"{town.child('Павел')}/week/2026-11-24")
    await page.focus("#following")
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text(NEXT)
    assert await page.evaluate("document.activeElement.id") == "following"


async def test_the_same_links_without_javascript(town: Town, visit: Visit):
    mother = await visit(MOTHER, java_script_enabled=False)
    page = await mother.open(f"{town.child('Павел')}/week/2026-11-24")
    await page.click("#previous")
    await expect(page.locator("h1")).to_have_text(LAST)
    assert page.url.endswith("/week/2026-11-16")
    await page.click("#running")
    await expect(page.locator("h1")).to_have_text(THIS)
    await page.go_back()
    await expect(page.locator("h1")).to_have_text(LAST)


async def test_a_tick_without_javascript(town: Town, visit: Visit):
    mother = await visit(MOTHER, java_script_enabled=False)
    page = await mother.open(f"{town.child('Мария')}/homework")
    tick = page.locator(".tick").first
    await tick.click()
    await expect(tick).to_have_attribute("aria-pressed", "true")
    assert page.url.endswith("/homework")


async def test_another_period(town: Town, visit: Visit):
    mother = await visit(MOTHER)
    page = await mother.open(f"{town.child('Павел')}/marks")
    await page.select_option("#period", label="I четверть")
    await page.click("form.row button")
    await expect(page.locator("#period option[selected]")).to_have_text("I четверть")
    await expect(page.locator("caption")).to_contain_text("I четверть")


@pytest.mark.parametrize(
    ("language", "heading", "section"),
    [("en", "Week of 23–28 November", "Week"), ("tt", None, "Атна"), ("sah", None, "Нэдиэлэ")],
)
async def test_every_language(town: Town, visit: Visit, language: str, heading: str | None, section: str):
    mother = await visit(MOTHER)
    week = f"{town.child('Павел')}/week/2026-11-24"
    page = await mother.open(week)
    await page.click("#look-link")
    await page.check(f'input[name="language"][value="{language}"]')
    await page.click('form[action="/view"] button')
    assert page.url == town.portal + week, "back where the person was"
    assert await page.get_attribute("html", "lang") == language
    await expect(page.locator('nav.place [aria-current="page"]')).to_have_text(section)
    if heading:
        await expect(page.locator("h1")).to_have_text(heading)
    # The journal's texts stay as they are; our own are all translated.
    words = await page.locator("header, nav, footer, h1").all_inner_texts()
    left = {"Неделя", "Оценки", "Сегодня", "Задания", "Дети", "Выйти", "Прошлая", "Следующая", "Время школы"}
    assert not left & set(re.findall(r"[А-Яа-яё]+(?: школы)?", " ".join(words)))


async def test_a_chosen_appearance_stays(town: Town, visit: Visit):
    mother = await visit(MOTHER)
    page = await mother.open("/view?back=/children")
    await page.check('input[name="theme"][value="hc-dark"]')
    await page.check('input[name="size"][value="150"]')
    await page.check('input[name="wide"]')
    await page.click('form[action="/view"] button')
    assert page.url.endswith("/children")
    for name, value in (("data-theme", "hc-dark"), ("data-size", "150"), ("data-spacing", "wide")):
        assert await page.get_attribute("html", name) == value
    assert await page.evaluate("getComputedStyle(document.documentElement).fontSize") == "24px"


async def test_a_seen_week_opens_offline_until_sign_out(town: Town, visit: Visit):
    async with town.another_portal() as portal:
        mother = await visit(MOTHER, portal=portal)
        week = f"{town.child('Павел')}/week/2026-11-24"
        page = await mother.open(week)
        await page.evaluate("navigator.serviceWorker.ready")
        await page.reload(wait_until="load")  # the first visit was before the service worker
        await expect(page.locator("#offline")).to_be_hidden()
        await page.wait_for_function(
            "async () => (await Promise.all((await caches.keys()).filter(name => name.startsWith('pages-'))"
            ".map(async name => (await (await caches.open(name)).keys()).length))).some(count => count > 0)"
        )
    # The portal has stopped: a closed port, not the browser's offline mode.
    page = await mother.open(week)
    await expect(page.locator("h1")).to_have_text(THIS)
    await expect(page.locator("#offline")).to_have_text(
        "Нет связи. Это копия страницы, сделанная в 10:20, 24 ноября."
    )
    assert await page.locator(".lesson").count() > 20
    with pytest.raises(Error, match=NO_NETWORK):
        await mother.open(f"{town.child('Павел')}/week/2026-10-05")


async def test_sign_out_deletes_the_kept_pages(town: Town, visit: Visit):
    async with town.another_portal() as portal:
        mother = await visit(portal=portal)
        week = f"{town.child('Павел')}/week/2026-11-24"
        page = await mother.enter(MOTHER)
        await page.evaluate("navigator.serviceWorker.ready")
        await mother.open(week)
        await mother.open(week)
        await page.click("form[data-leave] button")
        await page.wait_for_load_state("load")
        assert SESSION_COOKIE not in {cookie["name"] for cookie in await mother.context.cookies()}
    with pytest.raises(Error, match=NO_NETWORK):
        await mother.open(week)


async def test_two_people_one_after_another_in_one_browser(town: Town, visit: Visit):
    """At a school's computer: the second person sees no data of the first, online or offline."""
    async with town.another_portal() as portal:
        browser = await visit(portal=portal)
        pavel = f"{town.child('Павел')}/week/2026-11-24"
        page = await browser.enter(MOTHER)
        await page.evaluate("navigator.serviceWorker.ready")
        await browser.open(pavel)
        await browser.open(pavel)
        # She does not sign out here; at ESIA her session has ended, and another person signs in.
        await browser.context.clear_cookies(name="ESIA_SESSION")
        await browser.open("/enter")
        await page.click(f'button[name="oid"][value="{OUTSIDER}"]')
        await expect(page.locator("#viewer")).to_contain_text("Алина")
        await expect(page.locator("main")).not_to_contain_text("Павел")
        await browser.open(pavel)
        await expect(page.locator("h1")).to_have_text("Такого ученика здесь нет")
    with pytest.raises(Error, match=NO_NETWORK):
        await browser.open(pavel)
