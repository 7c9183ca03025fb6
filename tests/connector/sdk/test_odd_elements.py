"""One odd value of an answer costs itself, never its neighbours, and is counted and named."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from myedu.connector.sdk.answer_cleaner import cleaned
from myedu.connector.sdk.answer_parser import Parsed, parse_body
from myedu.connector.sdk.client import log_what_is_odd
from myedu.connector.sdk.errors import JournalWrong
from myedu.connector.sdk.link_cleaner import clean_link
from myedu.contract import bounds
from myedu.contract.answers import Capabilities, Changes, Diary, FileLink, HomeworkList, Marks, Schedule
from myedu.contract.examples import EXAMPLES
from myedu.contract.package import Manifest

HEAD = {"student_id": "p", "from": "2026-11-23", "to": "2026-11-29", "time_zone": "Asia/Vladivostok"}
SUBJECT = {"id": "s", "name": "Алгебра"}
Raw = dict[str, Any]


def lesson(n: int = 1, **changes: Any) -> Raw:
    times = {"starts_at": "2026-11-23T08:30:00+10:00", "ends_at": "2026-11-23T09:15:00+10:00"}
    return {"id": f"l-{n}", "subject": SUBJECT} | times | changes


def task(number: int = 1, **changes: Any) -> Raw:
    return {"id": f"h-{number}", "subject": SUBJECT, "due_on": "2026-11-23"} | changes


def mark(number: int = 1, **changes: Any) -> Raw:
    return {"id": f"m-{number}", "subject": SUBJECT, "day": "2026-11-23", "value": "5"} | changes


def diary(*lessons: Any, **more: Any) -> Parsed[Diary]:
    """A diary of these lessons and of three good ones."""
    good = [{"lesson": lesson(n), "homework": [task(n)], "marks": [mark(n)]} for n in (7, 8, 9)]
    return parse_body(msgspec.json.encode(HEAD | {"lessons": [*lessons, *good], **more}), Diary)


def ids_of(answer: Parsed[Diary]) -> list[str]:
    return [entry.lesson.id for entry in answer.value.lessons]


ODD_LESSONS = [
    None, 5, "x", [], {}, {"lesson": None}, {"lesson": {}},
    *({"lesson": lesson(**change)} for change in (
        {"id": 5}, {"id": ""}, {"subject": None}, {"subject": {"id": "s"}}, {"starts_at": None},
        {"status": {}},
        {"starts_at": "2026-11-23"}, {"ends_at": "08:30"}, {"starts_at": "2026-11-23T08:30:00"},
        {"starts_at": "0001-01-01T00:00:00+14:00"},
    )),
]  # fmt: skip


@pytest.mark.parametrize("odd", ODD_LESSONS)
def test_an_odd_lesson_is_left_out_and_its_neighbours_stay(odd: Any) -> None:
    answer = diary(odd)
    assert ids_of(answer) == ["l-7", "l-8", "l-9"]
    assert answer.value.left_out == answer.left_out == 1
    assert sum(answer.odd.values()) == 1
    assert next(iter(answer.odd)).startswith("lessons[]")


ODD_FIELDS: list[tuple[Raw, Raw]] = [
    ({"number": 1e30}, {"number": None}),
    ({"number": -1}, {"number": None}),
    ({"kind": None}, {"kind": "lesson"}),
    ({"teachers": None}, {"teachers": ()}),
    ({"teachers": "Иванова"}, {"teachers": ()}),
    ({"room": 204}, {"room": None}),
    ({"topic": ["Дроби"]}, {"topic": None}),
    ({"group": {"id": "g"}}, {"group": None}),
    ({"online": "javascript:alert(1)"}, {"online": None}),
    ({"online": "https://meet.example/" + "x" * 2_000}, {"online": None}),
    ({"online": "https://meet.example/\r\nSet-Cookie: a=b"}, {"online": None}),
    ({"online": 5}, {"online": None}),
    ({"status": 5}, {"status": "5"}),
]


@pytest.mark.parametrize(("odd", "read"), ODD_FIELDS)
def test_an_odd_optional_field_costs_the_field(odd: Raw, read: Raw) -> None:
    answer = diary({"lesson": lesson(**odd)})
    assert ids_of(answer) == ["l-1", "l-7", "l-8", "l-9"]
    found = msgspec.structs.asdict(answer.value.lessons[0].lesson)
    assert {name: found[name] for name in read} == read
    assert answer.value.left_out is None
    assert len(answer.odd) == 1


def test_an_entry_of_a_list_that_is_odd_costs_itself() -> None:
    two = [{"id": "t", "name": "Иванова А. П."}, {"id": 7, "name": "Орлов П. И."}]
    answer = diary({"lesson": lesson(teachers=two)})
    assert [teacher.id for teacher in answer.value.lessons[0].lesson.teachers] == ["t"]
    assert answer.value.left_out == 1


def test_tasks_and_marks_of_an_odd_lesson_stay() -> None:
    entry = {"lesson": lesson(subject=None), "homework": [task(1)], "marks": [mark(1), mark(2, value=None)]}
    answer = diary(entry, homework=[task(2)])
    assert ids_of(answer) == ["l-7", "l-8", "l-9"]
    assert [task.id for task in answer.value.homework] == ["h-2", "h-1"]
    assert [mark.id for mark in answer.value.marks] == ["m-1"]
    assert answer.value.left_out == 2


WEIGHTS = ["1e28", "1e300", "1e999", "-1", "1" * 4_000, "1" * 5_000, '"2"', "null"]


@pytest.mark.parametrize("weight", WEIGHTS)
def test_a_mark_of_an_unreadable_weight_is_shown_and_counts_nowhere(weight: str) -> None:
    body = msgspec.json.encode(HEAD | {"marks": [mark(1, weight=312), mark(2)]})
    answer = parse_body(body.replace(b"312", weight.encode()), Marks)
    assert [found.id for found in answer.value.marks] == ["m-1", "m-2"]
    # an absent weight is 1, and null is how many programs write what is absent
    assert answer.value.marks[0].weight == (1.0 if weight == "null" else 0.0)


SIZES = ["1e36", "1" + "0" * 36, "9" * 4_000, "9" * 5_000, "-1", "1.5", '"12"', str(2**53 + 1)]


@pytest.mark.parametrize("size", SIZES)
def test_an_unreadable_size_costs_the_size(size: str) -> None:
    file = {"id": "f", "name": "Задание.pdf", "size": 312, "media_type": "application/pdf"}
    body = msgspec.json.encode(HEAD | {"homework": [task(attachments=[file])]})
    answer = parse_body(body.replace(b"312", size.encode()), HomeworkList)
    (read,) = answer.value.homework[0].attachments
    assert (read.id, read.size) == ("f", None)


@pytest.mark.parametrize("count", [1, 3])
def test_an_answer_that_is_mostly_odd_is_refused(count: int) -> None:
    """So the last good copy stays, which says more."""
    for kind, name in ((Schedule, "lessons"), (Marks, "marks"), (HomeworkList, "homework")):
        entries = [{"lessons": lesson, "marks": mark, "homework": task}[name](n, id=n) for n in range(count)]
        with pytest.raises(JournalWrong) as caught:
            parse_body(msgspec.json.encode(HEAD | {name: entries}), kind)
        assert caught.value.reason == "wrong-shape"
        assert "Expected `str`, got `int`" in caught.value.sentence


def test_a_diary_of_which_most_lessons_are_odd_is_refused_whatever_else_it_has() -> None:
    entries = [{"lesson": lesson(n, id=n), "homework": [task(n)], "marks": [mark(n)]} for n in range(4)]
    with pytest.raises(JournalWrong, match="wrong-shape"):
        diary(*entries)
    assert len(diary(*entries[:3]).value.lessons) == 3, "half may be odd"


def test_one_odd_task_of_one_costs_no_week() -> None:
    answer = diary(homework=[task(id=5)], marks=[None])
    assert ids_of(answer) == ["l-7", "l-8", "l-9"]
    assert answer.value.left_out == 2


def test_a_feed_of_odd_changes_goes_on() -> None:
    """A cursor that never moves would cost all pupils their news."""
    changes = {"cursor": "c-2", "changes": [{"student_id": 5}]}
    answer = parse_body(msgspec.json.encode(changes), Changes)
    assert (answer.value.cursor, answer.value.changes) == ("c-2", ())


def test_a_manifest_is_read_whole_or_not_at_all() -> None:
    """What it doesn't name would be archived."""
    manifest = next(kind for kind in EXAMPLES if isinstance(kind, Manifest))
    raw = msgspec.to_builtins(manifest)
    raw["tables"] = [*raw["tables"], *raw["tables"], {"name": 5}]
    with pytest.raises(JournalWrong, match="wrong-shape"):
        parse_body(msgspec.json.encode(raw), Manifest)


def test_changes_and_capabilities_too() -> None:
    changes = {"cursor": "c", "changes": [{"student_id": "p"}, {"student_id": 5}, {"student_id": "q"}]}
    answer = parse_body(msgspec.json.encode(changes), Changes)
    assert [change.student_id for change in answer.value.changes] == ["p", "q"]
    info = {"vendor": "В", "product": "П", "version": "1"}
    can = {"system": info, "capabilities": ["diary", {}, "files"], "server_time": "2026-11-23T09:00:00Z"}
    assert parse_body(msgspec.json.encode(can), Capabilities).value.capabilities == ("diary", "files")


def test_the_log_names_places_and_no_value(caplog: pytest.LogCaptureFixture) -> None:
    answer = diary({"lesson": lesson(subject={"id": "s", "name": ["Айталина"]})}, {"lesson": lesson(id=5)})
    log_what_is_odd(answer, "near", Diary)
    (record,) = caplog.records
    assert record.getMessage() == (
        "journal sends odd values: system=near answer=Diary left_out=2"
        " places=lessons[].lesson.subject.name: 1; lessons[].lesson.id: 1"
    )
    log_what_is_odd(diary(), "near", Diary)
    assert len(caplog.records) == 1


# -- bounds ------------------------------------------------------------------------------------------------


def test_a_day_of_too_many_lessons_keeps_the_first_and_other_days() -> None:
    later = lesson(starts_at="2026-11-24T08:30:00+10:00", ends_at="2026-11-24T09:15:00+10:00")
    body = msgspec.json.encode(HEAD | {"lessons": [*(lesson(n) for n in range(3_000)), later]})
    answer = parse_body(body, Schedule)
    kept = [read.id for read in answer.value.lessons]
    assert kept == [*(f"l-{n}" for n in range(bounds.ENTRIES_A_DAY)), "l-1"]
    assert answer.value.left_out == 3_000 - bounds.ENTRIES_A_DAY


def test_lists_within_a_task_are_bounded() -> None:
    links = [{"name": "Учебник", "url": f"https://books.example/{n}"} for n in range(5_000)]
    answer = parse_body(msgspec.json.encode(HEAD | {"homework": [task(materials=links)]}), HomeworkList)
    assert len(answer.value.homework[0].materials) == bounds.MOST_LINKS
    assert answer.value.left_out == 5_000 - bounds.MOST_LINKS


def days(number: int) -> str:
    return f"2026-{9 + number % 3:02}-{1 + number // 3 % 28:02}"


@pytest.mark.parametrize(
    ("subject_of", "kept"),
    [
        (lambda n: "s", bounds.MARKS_OF_SUBJECT),
        (lambda n: f"s-{n}", bounds.SUBJECTS),
        (lambda n: f"s-{n % 60}", bounds.MARKS),
    ],
)
def test_marks_are_bounded_by_subject_and_altogether(subject_of: Callable[[int], str], kept: int) -> None:
    subjects = [{"id": subject_of(n), "name": "Алгебра"} for n in range(6_000)]
    marks = [mark(n, subject=subject, day=days(n)) for n, subject in enumerate(subjects)]
    answer = parse_body(msgspec.json.encode(HEAD | {"marks": marks}), Marks)
    assert len(answer.value.marks) == kept
    assert answer.value.left_out == 6_000 - kept
    newest = max(read.day for read in answer.value.marks)
    assert newest.isoformat() == max(days(n) for n in range(6_000))


# -- links -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "clean"),
    [
        ("https://school.example/a?b=1&c=%20#d", "https://school.example/a?b=1&c=%20#d"),
        ("https://школа.рф/уроки", "https://xn--80atdl2c.xn--p1ai/%D1%83%D1%80%D0%BE%D0%BA%D0%B8"),
        (
            "https://cdn.example/файл 1.pdf?имя=я",
            "https://cdn.example/%D1%84%D0%B0%D0%B9%D0%BB%201.pdf?%D0%B8%D0%BC%D1%8F=%D1%8F",
        ),
        (" HTTPS://School.Example:8443/\u200bx ", "https://school.example:8443/x"),
        ("https://school.example", "https://school.example"),
        ("https://school.example?a=1", "https://school.example/?a=1"),
        ("https://school.example/100%", "https://school.example/100%25"),
        ('https://school.example/"<b>"', "https://school.example/%22%3Cb%3E%22"),
        ("http://[2001:db8::1]/x", "http://[2001:db8::1]/x"),
        ("https://school.example/a\r\nSet-Cookie: b", None),
        ("https://school.example\\@evil.example/", None),
        ("https://gosuslugi.ru@evil.example/", None),
        ("https://school.example:99999/", None),
        ("https://[::1/", None),
        ("https://" + "я" * 300 + ".рф/", None),
        ("https:///path", None),
        ("https://straße.example/", None),
        ("https://a..b/", None),
        ("https://school.example/" + "я" * 400, None),  # 2 400 characters in ASCII
        ("javascript:alert(1)", None),
        ("//school.example/", None),
    ],
)
def test_links(link: str, clean: str | None) -> None:
    assert clean_link(link) == clean
    assert clean is None or clean_link(clean) == clean


@pytest.mark.parametrize(
    "url", ["https://x.example/a\r\nLocation: b", "javascript:1", None, 5, "https://" + "x" * 2_000]
)
def test_an_attachment_without_a_usable_link_is_refused(url: Any) -> None:
    link = {"url": url, "expires_at": "2026-11-23T09:00:00Z", "name": "x"}
    with pytest.raises(JournalWrong, match="wrong-shape"):
        parse_body(msgspec.json.encode(link), FileLink)


def test_an_attachment_in_cyrillic_opens() -> None:
    link = {"url": "https://файлы.школа.рф/Задание 1.pdf", "expires_at": "2026-11-23T09:00:00Z", "name": "x"}
    url = parse_body(msgspec.json.encode(link), FileLink).value.url
    assert (
        url
        == "https://xn--80asg7a0b.xn--80atdl2c.xn--p1ai/%D0%97%D0%B0%D0%B4%D0%B0%D0%BD%D0%B8%D0%B5%201.pdf"
    )


def test_every_struct_of_the_wire_has_a_rule() -> None:
    for example in EXAMPLES:
        raw = msgspec.json.decode(msgspec.json.encode(example))
        assert cleaned(type(example), raw)[0] is raw, type(example)
