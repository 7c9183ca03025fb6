"""A journal that is late: the page shows the copy at once, and its block asks once more and waits."""

import asyncio
import re

import pytest

from tests.portal.diary.conftest import Home, text_of

WEEK = "week/2026-11-25"
LATE = re.compile(
    r'<div class="banner info row" id="([^"]+)" role="status" hx-get="([^"]+)"[^>]* hx-target="([^"]+)"'
)


async def _late(home: Home, path: str, *, seconds: float = 1.0) -> str:
    """The page asked for while its copy is old and the journal takes its time."""
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
async def test_a_late_journal_keeps_nobody_waiting(home: Home, section: str, target: str):
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
    assert "wait=1" not in again.html, "no link of the page takes the wish along"


async def test_a_journal_that_stays_silent_ends_in_words(home: Home):
    path = f"/c/{home.maria}/{WEEK}"
    html = await _late(home, path, seconds=30)
    assert LATE.findall(html)
    again = await home.mother.get(f"{path}?wait=1")
    assert not LATE.findall(again.html), "asked once, not for ever"
    assert "Нет данных с 19:00" in text_of(again)
    assert f'href="{path}?wait=1">Попробовать снова</a>' in again.html


async def test_a_card_asks_for_itself_alone(home: Home):
    html = await _late(home, "/children", seconds=0.5)  # a flight has two, also on a loaded machine
    child = f"child-{home.maria}"
    (late,) = [one for one in LATE.findall(html) if one[0] == f"{child}-late"]
    assert late[1:] == (f"/children?wait={home.maria}", f"#{child}")
    again = await home.mother.get(late[1])
    card = again.html.partition(f'id="{child}"')[2].partition("</section>")[0]
    assert "banner" not in card


async def test_an_outsider_waits_for_nothing(home: Home):
    await _late(home, f"/c/{home.maria}/{WEEK}")
    for path in (f"/c/{home.maria}/{WEEK}?wait=1", f"/c/{home.maria}/today?wait=1"):
        assert (await home.outsider.get(path)).status == 404
    page = await home.outsider.get(f"/children?wait={home.maria}")
    assert "Мария" not in page.html
    assert (await home.mother.get("/children?wait=nobody")).status == 200
