"""Today in words: the current lesson, the next school day, new marks; and the page of homework."""

from datetime import date, timedelta

import pytest

from myedu.contract.school import Replacement
from myedu.portal.diary.presenter_homework import homework_view
from myedu.portal.diary.presenter_today import today_title, today_view
from myedu.portal.federation.models import Unavailable
from tests.portal.diary.samples import TODAY, at, diary, entry, facts_of, mark, ref, scene, task

WEDNESDAY, FRIDAY, MONDAY = date(2026, 9, 2), date(2026, 9, 4), date(2026, 9, 7)
LESSONS = (entry(1, "Химия"), entry(2, "История России"), entry(3, "ОБЗР"))


def today(*entries, clock="09:00", language="ru", **other):
    answer = diary(*entries, homework=other.pop("homework", ()), marks=other.pop("marks", ()))
    facts = facts_of(answer, now=at(clock), **other)
    return today_view(scene(facts, language), facts)


@pytest.mark.parametrize(
    ("clock", "title", "details", "left"),
    [
        ("07:30", "Следующий урок: химия", "Каб. 214 · в 08:00", "через 30 минут"),
        ("06:30", "Следующий урок: химия", "Каб. 214 · в 08:00", ""),
        ("08:00", "Сейчас: химия", "Каб. 214 · до 08:45", "осталось 45 минут"),
        ("08:44", "Сейчас: химия", "Каб. 214 · до 08:45", "осталась 1 минута"),
        ("08:45", "Следующий урок: история России", "Каб. 214 · в 08:55", "через 10 минут"),
        ("10:00", "Сейчас: ОБЗР", "Каб. 214 · до 10:35", "осталось 35 минут"),
        ("10:35", "Уроки на сегодня закончились", "", ""),
    ],
)
def test_now(clock, title, details, left):
    view = today(*LESSONS, clock=clock).now
    assert (view.title, view.details, view.left) == (title, details, left)


def test_a_cancelled_lesson_is_neither_now_nor_next():
    view = today(entry(1, "Химия", lesson={"status": "cancelled"}), entry(2, "Физика"), clock="08:10").now
    assert view.title == "Следующий урок: физика"


def test_a_cancelled_lesson_shows_no_topic_and_no_missing_homework():
    off = {"status": "cancelled", "topic": "Соли"}
    none, given = task("Химия", none=True, text=""), task("Химия")
    assert today(entry(1, "Химия", lesson=off, homework=(none,))).lessons[0].tasks == ()
    (row,) = today(entry(1, "Химия", lesson=off, homework=(given,))).lessons
    assert ([item.text for item in row.tasks], row.topic) == (["§ 12"], "")
    (held,) = today(entry(1, "Химия", lesson={"topic": "Соли"}, homework=(none,))).lessons
    assert ([item.text for item in held.tasks], held.topic) == (["Не задано"], "Соли")


def test_a_lesson_in_another_room_keeps_its_teacher():
    fields = {"room": "215", "teachers": (ref("Петров Алексей Иванович"),)}
    lesson = {**fields, "replaces": Replacement(room="214")}
    (row,) = today(entry(1, "Химия", lesson=lesson)).lessons
    assert row.details == "каб. 215 · Петров А. И."
    assert [tag.text for tag in row.tags] == ["Другой кабинет (был: каб. 214)"]


def test_no_lessons_today():
    view = today(entry(1, "Химия", WEDNESDAY))
    assert view.now.title == "Сегодня уроков нет"
    assert view.now.until == ""


@pytest.mark.parametrize(("language", "forms"), [("ru", 3), ("en", 2), ("tt", 1), ("sah", 1)])
def test_the_script_gets_every_plural_form_of_the_language(language, forms):
    view = today(*LESSONS, clock="08:10", language=language).now
    given = view.left_forms.split("|")
    assert len(given) == forms
    assert all(form.count("%d") == 1 for form in given)
    assert view.until == "2026-09-01T08:45:00+09:00"


def test_homework_comes_first_after_two_o_clock():
    assert not today(*LESSONS, clock="13:59").tomorrow_first
    assert today(*LESSONS, clock="14:00").tomorrow_first


def test_tomorrow_counts_tasks_and_ticks():
    tasks = (task("Химия", WEDNESDAY), task("Алгебра", WEDNESDAY), task("Физика", FRIDAY))
    view = today(homework=tasks, done=frozenset({tasks[0].id})).tomorrow
    assert view.title == "На завтра"
    assert view.summary == "2 задания, готово: 1"
    assert [(item.subject, item.done) for item in view.tasks] == [("Алгебра", False), ("Химия", True)]
    assert [item.tick.value for item in view.tasks] == ["1", "0"]


def test_not_written_down_yet_is_named_and_none_is_not_a_task():
    entries = (
        entry(1, "Химия", WEDNESDAY),
        entry(2, "Физика", WEDNESDAY, homework=(task("Физика", WEDNESDAY, none=True, text=""),)),
    )
    assert today(*entries).tomorrow.summary == "Пока не записано: химия"
    assert today(entries[1]).tomorrow.summary == "Не задано"


def test_after_friday_comes_the_next_school_day():
    answer = diary(entry(1, "Химия", MONDAY))
    facts = facts_of(answer, now=at("15:00", FRIDAY))
    view = today_view(scene(facts), facts).tomorrow
    assert view.title == "На следующий учебный день: понедельник, 7 сентября"


def test_new_marks_are_those_since_the_last_visit():
    seen_at = at("20:00", date(2026, 8, 31))
    marks = (
        mark("5", set_at=at("08:30")),
        mark("4", set_at=at("19:00", date(2026, 8, 31))),
        mark("3"),
        mark("2", day=date(2026, 8, 30)),
    )
    view = today(marks=marks, seen_at=seen_at)
    assert [item.mark.value for item in view.new_marks] == ["5", "3"]
    assert view.new_marks_empty == ""


@pytest.mark.parametrize(
    ("count", "shown", "more"),
    [(5, 5, None), (6, 5, "ещё 1 оценка"), (7, 5, "ещё 2 оценки"), (13, 5, "ещё 8 оценок")],
)
def test_of_many_new_marks_some_are_shown_and_a_link_leads_to_the_rest(count, shown, more):
    view = today(marks=tuple(mark("5", id=f"m{number}") for number in range(count)))
    assert len(view.new_marks) == shown
    assert (view.more_marks and view.more_marks.label) == more
    assert view.more_marks is None or view.more_marks.href.endswith("/marks")


def test_first_visit_shows_three_days():
    marks = (mark("5", day=TODAY - timedelta(days=2)), mark("4", day=TODAY - timedelta(days=5)))
    assert [item.mark.value for item in today(marks=marks).new_marks] == ["5"]
    assert today().new_marks_empty == "Новых нет"


def test_without_data_no_lessons_are_invented():
    facts = facts_of(Unavailable("unreachable", at("08:00")))
    view = today_view(scene(facts), facts)
    assert view.silent
    assert view.now is None


@pytest.mark.parametrize(
    ("language", "title"),
    [("ru", "Сегодня, вторник, 1 сентября"), ("en", "Today, Tuesday, 1 September")],
)
def test_title(language, title):
    assert today_title(scene(facts_of(diary()), language)) == title


def test_homework_from_today_on_by_days():
    tasks = (
        task("Химия", date(2026, 8, 31)),
        task("Химия"),
        task("Алгебра", WEDNESDAY, individual=True, minutes=30),
        task("Физика", FRIDAY, none=True),
    )
    facts = facts_of(diary(homework=tasks))
    view = homework_view(scene(facts), facts)
    assert [day.title for day in view.days] == ["Сегодня, вторник, 1 сентября", "Завтра, среда, 2 сентября"]
    assert view.days[1].tasks[0].notes == "личное задание · около 30 мин"
    assert view.empty == ""


def test_homework_of_the_next_school_day_that_is_not_written_down_yet_is_named():
    english, chemistry = entry(1, "Английский язык", WEDNESDAY), entry(2, "Химия", WEDNESDAY)
    later = entry(1, "Физика", FRIDAY)
    facts = facts_of(diary(english, chemistry, later, homework=(task("Химия", WEDNESDAY),)))
    days = homework_view(scene(facts), facts).days
    assert [(len(day.tasks), day.note) for day in days] == [(1, "Пока не записано: английский язык")]
    facts = facts_of(diary(english, homework=(task("Химия", FRIDAY),)))
    view = homework_view(scene(facts), facts)
    assert [(day.title, len(day.tasks), day.note) for day in view.days] == [
        ("Завтра, среда, 2 сентября", 0, "Пока не записано: английский язык"),
        ("Пятница, 4 сентября", 1, ""),
    ]
    assert view.empty == ""


def test_no_homework_is_explained():
    facts = facts_of(diary())
    assert homework_view(scene(facts), facts).empty
