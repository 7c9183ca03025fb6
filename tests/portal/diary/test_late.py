"""A late journal: the page shows its copy soon, and its block is fetched once more and waits."""

import asyncio
import re

import pytest

from tests.portal.diary.conftest import Home, text_of

WEEK = "week/2026-11-25"
LATE = re.compile(
    r'<div class="banner info row" id="([^"]+)" role="status" hx-get="([^"]+)"[^>]* hx-target="([^"]+)"'
)


async def _late(home: Home, path: str, *, seconds: float = 1.0) -> str:
    """The page while its copy is old and the journal takes so many seconds."""
    home.near.pause = 0
    await home.mother.get(f"{path}?wait=1")
    await home.age_copies(minutes=5)
    home.near.pause = seconds
    page = await home.mother.get(path)
    assert page.status == 200
    return page.html


@pytest.mark.parametrize(
    ("section", "target"),
    [
        (WEEK, "#week"),
        ("today", "#content"),
        ("homework", "#content"),
        ("marks", "#content"),
        ("subjects/maths", "#content"),
    ],
)
async def test_a_page_does_not_wait_for_a_late_journal(home: Home, section: str, target: str):
    path = f"/c/{home.maria}/{section}"
    before = asyncio.get_running_loop().time()
    html = await _late(home, path)
    (late,) = LATE.findall(html)
    assert late == ("stale", f"{path}?wait=1", target)
    assert f'href="{path}?wait=1">Обновить</a>' in html, "without scripts the same is a link"
    assert "журнал школы ещё отвечает" in html
    again = await home.mother.get(late[1])
    assert asyncio.get_running_loop().time() - before >= 1, "the second page waited for the journal"
    assert not LATE.findall(again.html)
    assert "Обновлено: 19:00" in text_of(again)
    assert "wait=1" not in again.html, "no link of the page keeps the parameter"


async def test_a_journal_that_stays_silent_is_explained_in_words(home: Home):
    path = f"/c/{home.maria}/{WEEK}"
    html = await _late(home, path, seconds=30)
    assert LATE.findall(html)
    again = await home.mother.get(f"{path}?wait=1")
    assert not LATE.findall(again.html), "the block is fetched once more, not for ever"
    assert "Нет данных с 19:00" in text_of(again)
    assert f'href="{path}?wait=1">Попробовать снова</a>' in again.html


async def test_a_late_card_fetches_only_itself(home: Home):
    html = await _late(home, "/children", seconds=0.5)  # a call may take two, also on a loaded machine
    child = f"child-{home.maria}"
    (late,) = [banner for banner in LATE.findall(html) if banner[0] == f"{child}-late"]
    assert late[1:] == (f"/children?wait={home.maria}", f"#{child}")
    again = await home.mother.get(late[1])
    card = again.html.partition(f'id="{child}"')[2].partition("</section>")[0]
    assert "banner" not in card


async def test_an_outsider_gets_nothing_by_waiting(home: Home):
    await _late(home, f"/c/{home.maria}/{WEEK}")
    for path in (f"/c/{home.maria}/{WEEK}?wait=1", f"/c/{home.maria}/today?wait=1"):
        assert (await home.outsider.get(path)).status == 404
    page = await home.outsider.get(f"/children?wait={home.maria}")
    assert "Мария" not in page.html
    assert (await home.mother.get("/children?wait=no-child")).status == 200
