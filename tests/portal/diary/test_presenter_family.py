"""«Все», the frame of the pages, «Вид»."""

from uuid import UUID

import pytest

from myedu.contract.school import Attendance, Replacement
from myedu.kit.web.pages import PageView
from myedu.portal.diary.models import FamilyFacts
from myedu.portal.diary.presenter_family import family_view
from myedu.portal.diary.presenter_page import child_page, plain_page
from myedu.portal.diary.room import ROOM
from myedu.portal.federation.models import SLOW, Stale, Unavailable
from myedu.portal.time_zones import zone_name
from tests.portal.diary.samples import (
    RU,
    TODAY,
    at,
    diary,
    entry,
    facts_of,
    family,
    mark,
    ref,
    scene,
    student,
    task,
)

AISEN, DULUS = student(1), student(2, "Дьулус", group_name="6 «А»", time_zone="Asia/Vladivostok")
PAGE = PageView(title="Т", language="ru", now="2026-09-01T00:00:00Z", path="/")


def cards(*facts):
    given = FamilyFacts(family=family(*(card.student for card in facts), now=at("09:00")), cards=facts)
    return family_view(RU, given).cards


def test_card_of_a_child():
    absence = Attendance(lesson_id="l", code="absent", day=TODAY)
    answer = diary(
        entry(1, "Химия", attendance=(absence,)),
        entry(2, "Алгебра", marks=(mark("5", set_at=at("08:30")),)),
        entry(3, "Физика", lesson={"status": "cancelled"}),
        homework=(task("Химия", TODAY.replace(day=2)),),
    )
    (card,) = cards(facts_of(answer, seen_at=at("07:00")))
    assert card.title == "Айсен, 9 «Б»"
    assert [tag.text for tag in card.tags] == ["Пропущен 1 урок", "Отменён 1 урок"]
    assert card.now == "Сейчас: алгебра, до 09:40"
    assert card.homework == "На завтра: 1 задание, готово: 0"
    assert [item.mark.value for item in card.new_marks] == ["5"]
    assert card.open.href == f"/c/{UUID(int=1)}/today"


def test_a_card_counts_substitutions_and_changed_rooms_apart():
    other_room = Replacement(room="213")
    answer = diary(
        entry(1, "Химия", lesson={"replaces": other_room}),
        entry(2, "Алгебра", lesson={"replaces": Replacement(subject=ref("Физика"))}),
        entry(3, "Физика", lesson={"replaces": other_room, "status": "cancelled"}),
        entry(3, "История", lesson={"replaces": other_room}),
    )
    (card,) = cards(facts_of(answer))
    assert [tag.text for tag in card.tags] == ["Отменён 1 урок", "1 замена", "2 урока в другом кабинете"]
    assert (card.zone, card.note) == ("", "")


def test_time_zones_are_named_only_if_they_differ():
    both = cards(facts_of(diary()), facts_of(diary(), who=DULUS))
    assert [card.zone for card in both] == ["Время школы: Якутск, МСК+6", "Время школы: Владивосток, МСК+7"]


def test_schools_of_one_name_are_distinguished():
    far = student(2, "Дьулус", region="99", organization_id="o2")
    both = cards(facts_of(diary()), facts_of(diary(), who=far))
    assert [card.school for card in both] == [
        "Гимназия № 3, Республика Саха (Якутия)",
        "Гимназия № 3, регион 99",
    ]
    assert [card.zone for card in both] == ["Время школы: Якутск, МСК+6"] * 2
    brother = student(2, "Дьулус")
    assert {card.school for card in cards(facts_of(diary()), facts_of(diary(), who=brother))} == {
        "Гимназия № 3"
    }


def test_new_marks_of_a_card_are_limited():
    marks = tuple(mark("5", id=f"m{number}") for number in range(13))
    (card,) = cards(facts_of(diary(marks=marks)))
    assert (len(card.new_marks), card.more_marks.label) == (5, "ещё 8 оценок")
    assert card.more_marks.href == f"/c/{UUID(int=1)}/marks"


def test_a_failing_journal_affects_only_its_own_card():
    silent = facts_of(Unavailable("unreachable", at("08:00")), who=DULUS)
    good, bad = cards(facts_of(diary(entry(2, "Химия"))), silent)
    assert good.now == "Сейчас: химия, до 09:40"
    assert bad.note == "Нет данных: журнал школы недоступен"
    assert (bad.now, bad.homework, bad.new_marks_empty) == ("", "", "")


def test_a_copy_is_marked_as_a_copy():
    copy = Stale(diary(entry(2, "Химия")), b"", at("08:00"), SLOW, at("08:58"))
    (card,) = cards(facts_of(copy))
    assert card.note == "Нет данных с 08:58, показана копия от 08:00"


def test_a_parent_without_children_sees_what_to_do():
    view = family_view(RU, FamilyFacts(family=family(now=at("09:00")), cards=()))
    assert "спросите школу" in view.empty
    assert view.missing.href == "/children/missing"


def framed(who, *others, section="week"):
    facts = facts_of(diary(), who=who)
    facts = type(facts)(**{**_fields(facts), "family": family(who, *others, now=at("09:00"))})
    return child_page(PAGE, ROOM.nav, scene(facts), facts, section, facts.diary)


def _fields(facts):
    return {name: getattr(facts, name) for name in facts.__struct_fields__}


def test_a_parent_of_two_switches_the_child_in_the_same_section():
    page = framed(AISEN, DULUS, section="marks")
    assert page.viewer == "Мария Алексеева"
    assert [link.label for link in page.nav] == ["Дети", "Сегодня", "Неделя", "Оценки", "Задания"]
    assert [link.label for link in page.nav if link.current] == ["Оценки"]
    assert [(chip.label, chip.note, chip.current) for chip in page.chips] == [
        ("Все", "", False),
        ("Айсен", "9 «Б»", True),
        ("Дьулус", "6 «А»", False),
    ]
    assert page.chips[2].href == f"/c/{UUID(int=2)}/marks"


def test_a_pupil_sees_their_own_name_and_no_children():
    page = framed(student(relation="self"))
    assert page.viewer == "Айсен, 9 «Б»"
    assert [link.label for link in page.nav] == ["Сегодня", "Неделя", "Оценки", "Задания"]
    assert page.chips == ()


def test_a_page_names_the_schools_time_zone_and_the_age_of_its_data():
    page = framed(AISEN)
    assert page.zone_note == "Время школы: Якутск, МСК+6"
    assert page.age == "данные на 08:55"
    assert page.offline_note == "Нет связи. Это копия страницы, сделанная в 09:00, 1 сентября."


def test_page_about_no_child():
    page = plain_page(PAGE, ROOM.nav, RU, family(AISEN, DULUS, now=at("09:00")), "children")
    assert [link.label for link in page.nav] == ["Дети"]
    assert [chip.label for chip in page.chips if chip.current] == ["Все"]


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("Europe/Moscow", "Москва, МСК"),
        ("Europe/Kaliningrad", "Калининград, МСК−1"),
        ("Asia/Srednekolymsk", "Среднеколымск, МСК+8"),
        ("Asia/Kamchatka", "Камчатка, МСК+9"),
        ("Asia/Qyzylorda", "Qyzylorda, МСК+2"),
    ],
)
def test_zone_in_words(zone, name):
    assert zone_name(RU, zone, at("09:00")) == name
