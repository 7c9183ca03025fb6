"""Averages in words; the arithmetic has its own tests."""

from datetime import date
from decimal import Decimal

import pytest

from myedu.contract.school import Work
from myedu.portal.diary.presenter_marks import WhatIf, marks_view, subject_view
from tests.portal.diary.samples import mark, marks_facts, scene

SEPTEMBER = [date(2026, 9, day) for day in (2, 9, 16, 23)]


def four_marks(values="5544", **other):
    return tuple(
        mark(value, day=day, id=f"m{number}", **other)
        for number, (value, day) in enumerate(zip(values, SEPTEMBER, strict=False))
    )


def subject(*marks, what_if=None, language="ru", now=None):
    facts = marks_facts(*marks, subject="Алгебра", now=now)
    return subject_view(scene(facts, language), facts, what_if)


def test_average_and_outcome():
    assert subject(*four_marks()).summary == "Средний балл 4,50 — выходит четвёрка"
    assert subject(*four_marks(), language="en").summary == "Average 4.50: a four comes out"


def test_advice_names_the_threshold_and_the_marks():
    assert "Для пятёрки (от 4,60) нужно: 1 пятёрка." in subject(*four_marks()).details


def test_advice_with_weights():
    details = subject(*four_marks(weight=2)).details
    assert "Для пятёрки (от 4,60) нужно: 1 пятёрка с весом 2." in details


def test_no_advice_asks_for_a_hundred_fives():
    threes = [mark("3", day=SEPTEMBER[0], id=f"t{number}") for number in range(30)]
    assert subject(*threes).details == ("За месяц не изменился.",)


def test_trend_of_a_month():
    now_up = subject(*four_marks("3355"), mark("5", day=date(2026, 10, 20)))
    assert "За месяц вырос с 4,00." in now_up.details
    down = subject(*four_marks("5555"), mark("2", day=date(2026, 10, 20)))
    assert "За месяц снизился с 5,00." in down.details


def test_rows_are_newest_first_with_the_average_after_each():
    view = subject(*four_marks("5344"))
    assert [(row.day, row.mark.value, row.average) for row in view.rows] == [
        ("23.09", "4", "4,00"),
        ("16.09", "4", "4,00"),
        ("09.09", "3", "4,00"),
        ("02.09", "5", "5,00"),
    ]


def test_a_mark_outside_the_average_is_marked():
    view = subject(*four_marks(), mark("н/а", scale="text", id="x", day=date(2026, 10, 1)))
    assert (view.rows[0].average, view.rows[0].weight, view.rows[0].note) == (
        "—",
        "—",
        "в средний балл не входит",
    )


def test_what_a_mark_is_for():
    works = (Work(kind="control"), Work(kind="control", name="Дроби"), Work(kind="invented"))
    marks = [mark("5", day=day, id=str(day), work=work) for day, work in zip(SEPTEMBER, works, strict=False)]
    assert [row.work for row in subject(*marks).rows] == ["invented", "Дроби", "Контрольная работа"]


def test_what_if():
    view = subject(*four_marks(), what_if=WhatIf(5, Decimal(2)))
    assert view.what_if.answer == "Тогда средний балл 4,67 — выходит пятёрка"
    assert [choice.value for choice in view.what_if.weights if choice.chosen] == ["2"]
    assert subject(*four_marks()).what_if.answer == ""


def test_the_chart_has_the_numbers_of_the_table():
    chart = subject(*four_marks("5344")).chart
    assert chart.title == "Средний балл изменился с 5,00 до 4,00"
    assert chart.points.count(",") == 4
    assert [rule.label for rule in chart.rules] == ["5,0", "4,0", "3,0"]
    assert "7 сентября: 4,00" in chart.description


@pytest.mark.parametrize("marks", [(), four_marks("5")])
def test_no_chart_with_fewer_than_two_points(marks):
    assert subject(*marks).chart is None


def test_no_average_without_marks_that_count():
    view = subject(mark("зч", scale="pass"))
    assert (view.summary, view.details, view.what_if) == ("Среднего балла пока нет", (), None)
    assert len(view.rows) == 1


def test_all_subjects_by_name_with_averages():
    facts = marks_facts(*four_marks(), mark("зч", "Физика", scale="pass"), mark("3", "Английский язык"))
    view = marks_view(scene(facts), facts)
    assert [(row.subject, row.average, row.outcome) for row in view.rows] == [
        ("Алгебра", "4,50", "4"),
        ("Английский язык", "3,00", "3"),
        ("Физика", "—", ""),
    ]
    assert [choice.label for choice in view.periods.choices if choice.chosen] == ["1 четверть"]
    assert view.rows[0].href.endswith("?period=q1")


def test_an_empty_period_is_explained():
    facts = marks_facts()
    assert marks_view(scene(facts), facts).empty == "В этом периоде оценок пока нет."


def test_many_marks_of_a_subject_come_in_pages():
    marks = [mark("5", day=SEPTEMBER[0], id=f"m{number}", position=number) for number in range(450)]
    facts = marks_facts(*marks, subject="Алгебра")

    def page(number):
        view = subject_view(scene(facts), facts, None, number)
        return len(view.rows), view.newer and view.newer.href, view.older and view.older.href

    address = f"/c/{facts.student.child}/subjects/%D0%90%D0%BB%D0%B3%D0%B5%D0%B1%D1%80%D0%B0?period=q1"
    assert page(1) == (200, None, f"{address}&page=2")
    assert page(2) == (200, address, f"{address}&page=3")
    assert page(3) == page(9_999) == (50, f"{address}&page=2", None)
    assert subject(*four_marks()).older is None


def test_a_row_of_all_subjects_shows_the_newest_and_leads_to_the_earlier():
    marks = [mark("4", day=SEPTEMBER[0], id=f"a{number}", position=number) for number in range(40)]
    newest = [mark("5", day=SEPTEMBER[3], id=f"b{number}", position=number) for number in range(30)]
    facts = marks_facts(*newest, *marks)
    (row,) = marks_view(scene(facts), facts).rows
    assert [item.value for item in row.marks] == ["5"] * 30
    assert row.earlier.label == "ещё 40 оценок"
    assert row.earlier.href == row.href
    facts = marks_facts(*newest)
    assert marks_view(scene(facts), facts).rows[0].earlier is None


def test_new_marks_beyond_fifty_are_in_the_table():
    marks = [mark("5", day=date(2026, 10, 23), id=f"m{number}", position=number) for number in range(60)]
    facts = marks_facts(*marks)
    view = marks_view(scene(facts), facts)
    assert (len(view.new_marks), view.more_marks.label, view.more_marks.href) == (
        50,
        "ещё 10 оценок",
        "#subjects",
    )
