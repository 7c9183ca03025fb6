"""Every template, in every language, with its fullest and its emptiest view, is a valid page."""

from pathlib import Path

import pytest
from markupsafe import Markup

from myedu.kit.web.appearance import Appearance
from myedu.kit.web.appearance_form import appearance_title, appearance_view
from myedu.kit.web.assets import Assets
from myedu.kit.web.error_pages import error_title, error_view
from myedu.kit.web.page_checks import problems_of_page
from myedu.kit.web.pages import PageView
from myedu.portal.app import SITE, pages_of
from myedu.portal.diary.models import FamilyFacts
from myedu.portal.diary.presenter_family import family_view
from myedu.portal.diary.presenter_homework import homework_view
from myedu.portal.diary.presenter_landing import child_not_found, enter_title, enter_view
from myedu.portal.diary.presenter_lessons import task_view
from myedu.portal.diary.presenter_marks import marks_view, subject_view
from myedu.portal.diary.presenter_page import child_page, plain_page
from myedu.portal.diary.presenter_today import today_view
from myedu.portal.diary.presenter_week import week_view
from myedu.portal.diary.room import ROOM
from myedu.portal.federation.models import SLOW, Stale, Unavailable
from tests.portal.diary.samples import (
    TODAY,
    WORDS,
    at,
    diary,
    entry,
    facts_of,
    family,
    mark,
    marks_facts,
    scene,
    student,
    task,
)

LANGUAGES = ("ru", "en", "tt", "sah")
NASTY = "<b>«&\"'</b>"
HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
}
BUILT = Assets(
    {name: name for name in ("app.css", "app.js", "icon.svg", "sw.js", "golos-cyrillic-400.woff2")}, {}
)
PAGES = pages_of(BUILT, WORDS)
TITLE_SUFFIX = SITE.title_suffix


def problems(html):
    return problems_of_page(html, HEADERS, title_suffix=TITLE_SUFFIX)


def base(title, language, look=Appearance()):  # noqa: B008 (frozen)
    return PageView(
        title=title, language=language, now="2026-09-01T00:00:00Z", path="/a?b=1", csrf="t", appearance=look
    )


def full_diary():
    tomorrow = TODAY.replace(day=2)
    return diary(
        entry(
            1, NASTY, marks=(mark("5", NASTY, weight=2, comment=NASTY),), homework=(task(NASTY, text=NASTY),)
        ),
        entry(2, "Химия", lesson={"status": "cancelled", "topic": NASTY, "online": "https://a.example/?a&b"}),
        entry(2, "Физика", tomorrow, homework=(task("Физика", tomorrow, text="слово " * 200),)),
        homework=(task("Химия"), task("Химия", tomorrow, id="other")),
        marks=(mark("н/а", scale="text"),),
    )


DIARIES = {
    "full": full_diary(),
    "empty": diary(),
    "stale": Stale(full_diary(), b"", at("08:00"), SLOW, at("08:30")),
    "silent": Unavailable("unreachable", at("08:00")),
}
DIARY_PAGES = {"week": week_view, "today": today_view, "homework": homework_view}


def diary_page(name, outcome, language="ru", look=Appearance()):  # noqa: B008 (frozen)
    facts = facts_of(DIARIES[outcome], now=at("08:10"))
    there = scene(facts, language)
    view = DIARY_PAGES[name](there, facts)
    title = getattr(view, "title", "") or "Заголовок"
    page = child_page(base(title, language, look), ROOM.nav, there, facts, name, facts.diary)
    if name == "week":  # its section is rendered before the page around it, and cached
        view = Markup(PAGES.render("diary/_week_section.html", page, view))
    return page, view


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("outcome", DIARIES)
@pytest.mark.parametrize("name", DIARY_PAGES)
def test_diary_pages(name, outcome, language):
    html = PAGES.render(f"diary/{name}.html", *diary_page(name, outcome, language))
    assert problems(html) == []
    assert f'<html lang="{language}"' in html
    assert "<b>«" not in html


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "marks", [(), tuple(mark(v, NASTY, id=v, day=TODAY.replace(day=int(v) * 5)) for v in "2345")]
)
def test_marks_pages(marks, language):
    facts, subject_facts = marks_facts(*marks), marks_facts(*marks, subject=NASTY)
    there = scene(facts, language)
    page = child_page(base("Заголовок", language), ROOM.nav, there, facts, "marks", facts.marks)
    assert problems(PAGES.render("diary/marks.html", page, marks_view(there, facts))) == []
    html = PAGES.render("diary/subject.html", page, subject_view(there, subject_facts))
    assert problems(html) == []
    assert "<b>«" not in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_about_no_child(language):
    words = WORDS[language]
    cards = tuple(facts_of(outcome, who=student(n)) for n, outcome in enumerate(DIARIES.values()))
    people = family(*(card.student for card in cards), now=at("09:00"))
    frame = plain_page(base("Заголовок", language), ROOM.nav, words, people, "children")
    facts = FamilyFacts(family=people, cards=cards)
    assert problems(PAGES.render("diary/family.html", frame, family_view(words, facts))) == []
    look = appearance_view(words, Appearance("blue"), back="/", languages=WORDS, saved=True)
    assert problems(PAGES.render("web/appearance.html", base(appearance_title(words), language), look)) == []
    enter = enter_view(words, notice="Вы вышли.")
    assert problems(PAGES.render("diary/enter.html", base(enter_title(words), language), enter)) == []
    title, view = child_not_found(words)
    assert problems(PAGES.render("web/error.html", base(title, language), view)) == []
    for status in (400, 401, 403, 404, 405, 413, 429, 500, 503):
        page = base(error_title(words, status), language)
        assert problems(PAGES.render("web/error.html", page, error_view(words, status))) == []


def test_htmx_gets_the_week_alone_with_its_title():
    page, view = diary_page("week", "full")
    html = PAGES.render("diary/_week.html", page, view)
    assert html.startswith("<title>Неделя 31 августа — 5 сентября — Моё образование</title>")
    assert html.count('id="week"') == 1
    assert "<header" not in html
    section = html.split("</title>")[1].partition('<p id="status">')[0]
    assert section.strip() in PAGES.render("diary/week.html", page, view)


def test_htmx_gets_the_task_alone():
    facts = facts_of(diary())
    view = task_view(scene(facts), task("Химия", id="h1"), done={"h1"}, may_tick=True)
    html = PAGES.render("diary/_task.html", base("", "ru"), view)
    assert html.strip().startswith('<li class="task done">')
    assert 'aria-pressed="true"' in html
    assert 'id="tick-h1"' in html


def test_the_appearance_is_on_the_root_element():
    html = PAGES.render(
        "diary/week.html", *diary_page("week", "full", look=Appearance("hc-dark", 200, wide=True))
    )
    assert 'data-theme="hc-dark" data-size="200" data-spacing="wide">' in html
    assert "data-theme" not in PAGES.render("diary/week.html", *diary_page("week", "full"))


def test_a_checkout_without_a_build_has_pages_without_script_and_style():
    plain = pages_of(Assets.load(Path("/nowhere")), WORDS)
    html = plain.render("diary/week.html", *diary_page("week", "full"))
    assert problems(html) == []
    assert "/static/" not in html
    assert "data-worker" not in html


def test_without_a_session_no_page_is_kept():
    html = PAGES.render("diary/enter.html", base("Т", "ru"), enter_view(WORDS["ru"]))
    assert "data-worker" not in html
    assert 'action="/leave"' not in html
    assert 'href="/view' in html, "«Вид» is there before the sign-in too"
