"""The week in words: days, lessons, states, and the text in place of missing data."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from myedu.contract.school import Attendance, DiaryLesson, Ref, Replacement
from myedu.portal.diary.presenter_homework import homework_view
from myedu.portal.diary.presenter_week import week_view
from myedu.portal.federation.models import NOT_REGISTERED, SLOW, Stale, Unavailable
from tests.portal.diary.samples import (
    TODAY,
    at,
    diary,
    entry,
    facts_of,
    fresh,
    lesson,
    mark,
    ref,
    scene,
    task,
)

WEDNESDAY = date(2026, 9, 2)


def week(*entries, **other):
    facts = facts_of(diary(*entries, **other))
    return week_view(scene(facts), facts)


def today(*entries, **other):
    return next(day for day in week(*entries, **other).days if day.today)


def test_six_days_with_titles_and_links_around():
    view = week(entry(1, "Алгебра"))
    assert view.title == "Неделя 31 августа — 5 сентября"
    assert [day.weekday for day in view.days] == ["Пн", "Вт", "Ср", "Чт", "Пт", "Сб"]
    assert [day.number for day in view.days] == ["31", "1", "2", "3", "4", "5"]
    assert view.previous.href.endswith("/week/2026-08-24")
    assert view.following.href.endswith("/week/2026-09-07")
    assert view.running is None
    assert view.days[1].title == "Вторник, 1 сентября"
    assert (view.days[1].count, view.days[0].empty) == ("1 урок", "Уроков нет")


def test_sunday_is_shown_only_with_something_on_it():
    sunday = date(2026, 9, 6)
    assert len(week(entry(1, "Алгебра")).days) == 6
    assert len(week(entry(1, "Алгебра"), marks=(mark("5", day=sunday),)).days) == 7


def test_another_week_links_to_the_current_one():
    facts = facts_of(diary(), now=at("09:00", TODAY + timedelta(days=14)))
    view = week_view(scene(facts), facts)
    assert view.running.href.endswith("/week/2026-09-15")
    assert not any(day.today for day in view.days)
    assert view.empty == "На этой неделе уроков нет."


def test_lessons_are_in_the_order_of_the_day_in_whatever_order_the_journal_sends_them():
    day = today(entry(3, "Физика"), entry(1, "Химия"), entry(1, "Английский язык"))
    assert [item.subject for item in day.lessons] == ["Английский язык", "Химия", "Физика"]


def test_times_are_in_the_schools_time_zone():
    late = entry(1, "Алгебра", lesson={"starts_at": at("00:10"), "ends_at": at("00:55")})
    assert [(item.starts, item.ends) for item in today(late).lessons] == [("00:10", "00:55")]


@pytest.mark.parametrize(
    ("room", "details"), [("214", "каб. 214"), ("Спортзал", "Спортзал"), (None, ""), ("", "")]
)
def test_room(room, details):
    assert today(entry(1, "Алгебра", lesson={"room": room})).lessons[0].details == details


def test_subgroups_at_one_time_are_distinguished():
    first = entry(1, "Английский язык", lesson={"group": ref("группа 1")})
    second = entry(1, "Немецкий язык", lesson={"group": ref("группа 2")})
    assert [item.details for item in today(first, second).lessons] == [
        "каб. 214 · группа 1",
        "каб. 214 · группа 2",
    ]


def test_a_cancelled_lesson_is_marked_and_not_counted():
    day = today(entry(1, "Химия", lesson={"status": "cancelled"}), entry(2, "Физика"))
    assert day.lessons[0].off
    assert [tag.text for tag in day.lessons[0].tags] == ["Урока не будет"]
    assert day.count == "1 урок"


def test_substitution_names_the_teacher_or_the_subject():
    teacher = {"replaces": Replacement(), "teachers": (ref("Петров Алексей Иванович"),)}
    subject = {"replaces": Replacement(subject=ref("Химия"))}
    day = today(entry(1, "Физика", lesson=teacher), entry(2, "Физика", lesson=subject))
    assert [item.tags[0].text for item in day.lessons] == ["Замена: Петров А. И.", "Вместо: Химия"]


@pytest.mark.parametrize(
    ("fields", "tags"),
    [
        ({"room": "215", "replaces": Replacement(room="214")}, ["Другой кабинет (был: каб. 214)"]),
        ({"room": "Спортзал", "replaces": Replacement(room="Стадион")}, ["Другой кабинет (был: Стадион)"]),
        (
            {"room": "215", "replaces": Replacement(subject=ref("Химия"), room="214")},
            ["Вместо: Химия", "Другой кабинет (был: каб. 214)"],
        ),
        ({"room": "214", "replaces": Replacement(room="214")}, []),
        ({"room": None, "replaces": Replacement(room="214")}, []),
        ({"room": "215", "replaces": Replacement(room="214"), "status": "cancelled"}, ["Урока не будет"]),
    ],
)
def test_a_changed_room_says_where_the_lesson_was_planned(fields: dict[str, Any], tags: list[str]):
    fields = {**fields, "teachers": (ref("Петров Алексей Иванович"),)}
    (shown,) = today(entry(1, "Физика", lesson=fields)).lessons
    assert [tag.text for tag in shown.tags] == tags


@pytest.mark.parametrize(
    ("given", "tone", "spoken", "weight"),
    [
        (mark("5", weight=2), "m5", "пять, вес 2", "2"),
        (mark("4"), "m4", "четыре", ""),
        (mark("3", weight=1.5), "m3", "три, вес 1,5", "1,5"),
        (mark("2"), "m2", "два", ""),
        (mark("4+"), "m4", "4+", ""),
        (mark("зч", scale="pass"), "", "зч", ""),
        (mark("5", scale="12"), "", "5", ""),
    ],
)
def test_mark(given, tone, spoken, weight):
    view = today(entry(1, "Алгебра", marks=(given,))).lessons[0].marks[0]
    assert (view.value, view.tone, view.spoken, view.weight) == (given.value, tone, spoken, weight)


@pytest.mark.parametrize(
    ("code", "minutes", "letter", "spoken"),
    [
        ("absent", None, "Н", "не был"),
        ("ill", None, "Б", "болел"),
        ("late", 5, "О", "опоздал на 5 мин"),
        ("excused", None, "У", "не был по уважительной причине"),
        ("xyz", None, "xyz", "xyz"),
    ],
)
def test_absence_in_the_letters_of_a_paper_journal(code, minutes, letter, spoken):
    absence = Attendance(lesson_id="l", code=code, day=TODAY, minutes=minutes)
    view = today(entry(1, "Алгебра", attendance=(absence,))).lessons[0].marks[0]
    assert (view.value, view.spoken, view.tone) == (letter, spoken, "away")


def test_nothing_set_differs_from_not_written_down_yet():
    days = week(
        entry(1, "Алгебра"),
        entry(1, "Алгебра", WEDNESDAY, homework=(task("Алгебра", WEDNESDAY, none=True, text=""),)),
        entry(2, "Химия", WEDNESDAY),
        entry(1, "Химия", date(2026, 9, 3)),
    ).days
    assert [item.text for item in days[2].lessons[0].tasks] == ["Не задано"]
    assert [item.text for item in days[2].lessons[1].tasks] == ["Пока не записано"]
    assert days[1].lessons[0].tasks == (), "of a day that has begun nothing more is awaited"
    assert days[3].lessons[0].tasks == (), "of later days it would be noise"


def test_marks_and_tasks_without_a_lesson_are_shown_on_their_day():
    extra = today(entry(1, "Физика"), marks=(mark("5", "Проект"),), homework=(task("Химия"),))
    assert [(item.subject, item.mark.value) for item in extra.extra_marks] == [("Проект", "5")]
    assert [(item.subject, item.text) for item in extra.extra_tasks] == [("Химия", "§ 12")]


def test_only_lessons_of_today_have_the_instants_for_the_script():
    view = week(
        entry(1, "Химия", lesson={"status": "cancelled"}), entry(2, "Алгебра"), entry(1, "Физика", WEDNESDAY)
    )
    rows = [item for day in view.days for item in day.lessons]
    assert [item.starts_iso for item in rows] == ["", "2026-09-01T08:55:00+09:00", ""]
    assert [item.ends_iso for item in rows] == ["", "2026-09-01T09:40:00+09:00", ""]


def test_only_the_current_lesson_is_running():
    facts = facts_of(diary(entry(1, "Химия"), entry(2, "Физика")), now=at("08:55"))
    day = next(day for day in week_view(scene(facts), facts).days if day.today)
    assert [item.running for item in day.lessons] == [False, True]


def test_a_long_text_is_cut_at_a_space_and_nothing_is_lost():
    text = "слово " * 200
    view = today(entry(1, "Химия", homework=(task("Химия", text=text),))).lessons[0].tasks[0]
    assert len(view.text) <= 400
    assert f"{view.text} {view.more}" == text.strip()


def test_a_stale_copy_shows_since_when_why_and_its_own_time():
    now = at("14:10")
    copy = Stale(diary(entry(1, "Химия")), b"", at("10:02"), SLOW, at("14:05"))
    facts = facts_of(copy, now=now)
    view = week_view(scene(facts), facts)
    assert view.banner.text == (
        "Нет данных с 14:05: журнал школы слишком долго не отвечает. Показана копия от 10:02."
    )
    assert view.days[1].lessons[0].subject == "Химия"
    assert view.silent is None


def test_a_copy_of_another_day_names_the_day():
    copy = Stale(diary(), b"", at("10:02", date(2026, 8, 31)), "unreachable", at("08:00"))
    facts = facts_of(copy)
    assert "10:02, 31 августа" in week_view(scene(facts), facts).banner.text


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (SLOW, "слишком долго"),
        ("unreachable", "недоступен"),
        (NOT_REGISTERED, "не подключён"),
        ("not-json", "с ошибкой"),
        ("a reason of tomorrow", "с ошибкой"),
    ],
)
def test_missing_data_is_explained_in_words_never_as_a_code(reason, words):
    facts = facts_of(Unavailable(reason, at("14:05")))
    view = week_view(scene(facts), facts)
    assert words in view.silent.title
    assert view.silent.retry.href == "/c/1/week?wait=1"
    assert (view.days, view.empty) == ((), "")


def test_a_fresh_answer_of_an_empty_week_is_data():
    facts = facts_of(fresh(diary(), at("08:00")))
    view = week_view(scene(facts), facts)
    assert (view.silent, view.banner) == (None, None)
    assert view.empty


def test_lesson_of_unknown_status_is_an_ordinary_one():
    assert today(entry(1, "Химия", lesson={"status": "invented"})).lessons[0].tags == ()


def test_subject_address_escapes_foreign_ids():
    odd = DiaryLesson(
        lesson=msgspec.structs.replace(lesson(1, "Химия"), subject=Ref(id="a/b?c", name="Химия"))
    )
    assert today(odd).lessons[0].href.endswith("/subjects/a%252Fb%3Fc?day=2026-09-01")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "Показано не всё: 3 записи журнала школы не удалось прочитать."),
        ("en", "Not everything is shown: 3 entries of the school's journal couldn't be read."),
    ],
)
def test_an_answer_of_which_entries_are_missing_says_so(language, text):
    whole = diary(entry(1, "Алгебра"))
    facts = facts_of(msgspec.structs.replace(whole, left_out=3))
    assert week_view(scene(facts, language), facts).partial == text
    facts = facts_of(whole)
    assert week_view(scene(facts, language), facts).partial == ""


def test_a_task_sent_twice_is_shown_once():
    """Two subgroups' lessons may bring the same task, even for different days; its tick has one id."""
    twice = (task("Алгебра", WEDNESDAY, id="h"), task("Алгебра", WEDNESDAY + timedelta(days=1), id="h"))
    facts = facts_of(diary(entry(1, "Алгебра"), homework=(twice[0], *twice)))
    days = homework_view(scene(facts), facts).days
    assert [len(day.tasks) for day in days if day.tasks] == [1]
