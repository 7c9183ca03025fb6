"""Forms of families: ticks «Сделано», and the appearance of pages."""

import pytest

from myedu.kit.sql import prepare_problems
from myedu.portal.diary import store
from tests.portal.diary.conftest import Home, text_of

TASK = "h-2026-11-24"


async def test_a_task_is_ticked_and_unticked_without_scripts(home: Home):
    path, action = f"/c/{home.maria}/homework", f"/c/{home.maria}/homework/{TASK}/done"
    page = await home.mother.get(path)
    ticked = await home.mother.press(page, action=action)
    assert ticked.url.endswith(path), "303 leads back to the page"
    assert ("done", "0") in _form(ticked, action).buttons
    assert await _ticks(home) == [("maria", TASK)]
    brother = await home.mother.get(f"/c/{home.pavel}/homework")
    assert ("done", "1") in _form(brother, action.replace(str(home.maria), str(home.pavel))).buttons
    await home.pupil.press(await home.pupil.get(path), action=action)
    assert await _ticks(home) == []
    lines = await home.statements_of(
        "SELECT action, actor_relation, detail FROM audit.lines"
        " WHERE action IN ('homework.tick', 'homework.untick') ORDER BY id DESC LIMIT 2"
    )
    assert lines == [
        ("homework.untick", "self", {"homework": TASK}),
        ("homework.tick", "guardian", {"homework": TASK}),
    ]


async def test_a_tick_shows_on_every_page_with_the_task(home: Home):
    await _tick(home, await home.mother.get(f"/c/{home.maria}/homework"))
    assert "1 задание, готово: 1" in text_of(await home.mother.get(f"/c/{home.maria}/today"))
    assert "1 задание, готово: 1" in text_of(await home.mother.get("/children"))
    _, answer = await home.api(home.mother, f"/api/c/{home.maria}/week/2026-11-24")
    assert answer["done"] == [TASK]


async def test_a_second_tick_keeps_the_first_account(home: Home):
    page = await home.mother.get(f"/c/{home.maria}/homework")
    await _tick(home, page)
    first = await home.statements_of("SELECT done_by, done_at FROM diary.homework_done")
    await _tick(home, page)
    assert await home.statements_of("SELECT done_by, done_at FROM diary.homework_done") == first


async def test_htmx_gets_the_task_alone(home: Home):
    page = await home.mother.get(f"/c/{home.maria}/homework")
    action = f"/c/{home.maria}/homework/{TASK}/done"
    async with home.mother.session.post(
        home.world.url + action,
        data={**_form(page, action).fields, "done": "1"},
        headers={"HX-Request": "true"},
        allow_redirects=False,
    ) as answer:
        part = await answer.text()
        assert answer.status == 200
        assert "HX-Request" in answer.headers["vary"]
    assert part.strip().startswith('<li class="task done"')
    assert 'value="0"' in part


@pytest.mark.parametrize("task", ["h-2027-05-05", "no such", "a/b", "x" * 300])
async def test_a_task_that_was_never_shown_cannot_be_ticked(home: Home, task: str):
    page = await home.mother.get(f"/c/{home.maria}/homework")
    fields = {**_form(page, f"/c/{home.maria}/homework/{TASK}/done").fields, "done": "1"}
    answer = await home.mother.post(f"/c/{home.maria}/homework/{task}/done", fields)
    assert answer.status == 404
    assert await _ticks(home) == []


async def test_an_outsider_ticks_nothing(home: Home):
    mine = await home.mother.get(f"/c/{home.maria}/homework")
    action = f"/c/{home.maria}/homework/{TASK}/done"
    own = await home.outsider.get("/children")
    fields = {"csrf": _form(own, "/leave").fields["csrf"], "done": "1", "back": "/"}
    assert (await home.outsider.post(action, fields)).status == 404
    stolen = {**_form(mine, action).fields, "done": "1"}
    assert (await home.outsider.post(action, stolen)).status == 403, "a form belongs to a session"
    assert (await home.mother.post(action, {"done": "1", "back": "/"})).status == 403
    assert await _ticks(home) == []


async def test_the_way_back_never_leaves_the_portal(home: Home):
    page = await home.mother.get(f"/c/{home.maria}/homework")
    action = f"/c/{home.maria}/homework/{TASK}/done"
    fields = {**_form(page, action).fields, "done": "1", "back": "//evil.example/"}
    async with home.mother.session.post(
        home.world.url + action, data=fields, allow_redirects=False
    ) as answer:
        assert (answer.status, answer.headers["location"]) == (303, "/")
        assert "content-type" not in answer.headers, "there is no body to have a type"


async def test_the_appearance_is_kept_in_cookies(home: Home):
    week = f"/c/{home.maria}/week/2026-11-25"
    page = await home.mother.get(f"/view?back={week}")
    fields = {**_form(page, "/view").fields, "theme": "hc-dark", "size": "150", "wide": "1", "language": "en"}
    back = await home.mother.post("/view", fields)
    assert back.url.endswith(week)
    assert '<html lang="en"' in back.html
    for attribute in ('data-theme="hc-dark"', 'data-size="150"', 'data-spacing="wide"'):
        assert attribute in back.html
    again = await home.mother.get("/view")
    assert _checked(again.html) == {"hc-dark", "150", "1", "en"}


@pytest.mark.parametrize("language", ["ru", "en", "tt", "sah"])
async def test_every_page_in_every_language(home: Home, language: str):
    page = await home.mother.get("/view")
    await home.mother.post("/view", {**_form(page, "/view").fields, "language": language, "wide": ""})
    addresses = ("today", "week/2026-11-25", "homework", "marks", "subjects/rus")
    for address in ("/children", "/view", *(f"/c/{home.maria}/{name}" for name in addresses)):
        shown = await home.mother.get(address)
        assert shown.status == 200
        assert f'<html lang="{language}"' in shown.html


async def test_unknown_choices_give_the_default_appearance(home: Home):
    page = await home.mother.get("/view")
    odd = {"theme": "<script>", "size": "9000", "wide": "perhaps", "language": "xx", "back": "https://evil"}
    answer = await home.mother.post("/view", {**_form(page, "/view").fields, **odd})
    assert answer.status == 200
    assert home.mother.cookie("look") == ".100.0"
    assert home.mother.cookie("language") is None


async def test_the_appearance_can_be_chosen_without_a_session(home: Home):
    async with home.world.browser() as signed_out:
        page = await signed_out.get("/view")
        fields = {**_form(page, "/view").fields, "theme": "dark"}
        async with signed_out.session.post(
            f"{home.world.url}/view",
            data=fields,
            headers={"Origin": home.world.url},
            allow_redirects=False,
        ) as answer:
            assert answer.status == 303
        assert 'data-theme="dark"' in (await signed_out.get("/")).html


def test_every_query_fits_the_schema(portal_database_url: str):
    assert prepare_problems(portal_database_url, store.QUERIES) == []


def _form(page, action: str):
    return next(form for form in page.forms if form.action == action)


async def _tick(home: Home, page) -> None:
    action = f"/c/{home.maria}/homework/{TASK}/done"
    await home.mother.post(action, {**_form(page, action).fields, "done": "1"})


async def _ticks(home: Home) -> list[tuple]:
    return await home.statements_of("SELECT student_id, homework_id FROM diary.homework_done")


def _checked(html: str) -> set[str]:
    inputs = (part.partition(">")[0] for part in html.split("<input ")[1:])
    return {part.partition('value="')[2].partition('"')[0] for part in inputs if part.endswith(" checked")}
