"""Texts of a journal become plain; what is plain already passes untouched."""

import re
import sys
import time
import unicodedata
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from myedu.connector.sdk.answer_parser import _may_hold_odd_year, parse_body
from myedu.connector.sdk.errors import JournalWrong
from myedu.connector.sdk.text_sanitizer import needs_sanitizing
from myedu.contract.answers import Diary, FileLink
from myedu.contract.plain_text import NO_INK, sanitize_text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("№ 312, § 4 — «учить»", "№ 312, § 4 — «учить»"),
        ("x < 5 и y > 3", "x < 5 и y > 3"),
        ("a<b и c>d", "a<b и c>d"),
        ("<p>Читать §&nbsp;12</p><br/>№&nbsp;5", "Читать §\xa012\n\n№\xa05"),
        ("<ul><li>раз</li><li>два</li></ul>", "раз\n\nдва"),
        ("<a href=\"javascript:x()\" onclick='y()'>сюда</a>", "сюда"),
        ("<script>alert('1')</script>после", "после"),
        ("<style>p{}</style><!-- нет -->да", "да"),
        ("&lt;img src=x onerror=alert(1)&gt;ок", "ок"),
        ("<scr<b>ipt>alert(1)</scr</b>ipt>", ""),
        ("<<b>b>жирно", "жирно"),
        ("&amp;amp;", "&amp;"),
        ("у\u200bр\u00adо\u202eк\ufeff", "урок"),
        ("и\u0306", "й"),
        ("раз\r\nдва\rтри\u2028четыре", "раз\nдва\nтри\nчетыре"),
        ("раз\n\n\n\n\nдва   \nтри", "раз\n\nдва\nтри"),
        ("\x00\x07звонок\x1b[31m", "звонок[31m"),
        ("👨‍🏫 урок ✏️", "👨🏫 урок ✏️"),
    ],
)
def test_plain_text(text: str, plain: str) -> None:
    assert sanitize_text(text, 200, lines=True) == plain


def test_one_line_and_its_bound() -> None:
    assert sanitize_text(" раз\n  два\t\n", 200, lines=False) == "раз два"
    assert sanitize_text("а" * 300, 200, lines=False) == "а" * 199 + "…"
    assert sanitize_text("а" * 200, 200, lines=False) == "а" * 200


HOSTILE = [
    "<", "<a ", "<a b", "<!--", "<script>", "<script></script ", '<a x="', "\n", " \n", " ", "\t", "&",
    "&lt", "<b>", "<b", ">", "\u0301", "&#99", "</", "<a" + " " * 50,
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_costs_little(piece: str) -> None:
    text = piece * (4_000_000 // len(piece))
    begun = time.process_time()
    sanitize_text(text, 20_000, lines=True)
    sanitize_text(text, 20_000, lines=False)
    assert time.process_time() - begun < 1


def test_an_endless_number_is_not_a_character() -> None:
    assert sanitize_text("&#" + "9" * 5000 + ";да&#x" + "f" * 5000, 20_000, lines=True) == "да"


def test_everything_that_leaves_no_ink_is_known() -> None:
    """Against the Unicode tables; signs of number and of verses have ink, emoji need their selector."""
    with_ink = set(map(chr, [*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD]))
    with_ink |= set(map(chr, range(0x13430, 0x13460)))
    for number in range(sys.maxunicode + 1):
        char = chr(number)
        if unicodedata.category(char) in ("Cc", "Cf") and char not in with_ink and char not in "\n\t\r":
            assert NO_INK.match(char), hex(number)


@given(st.text())
def test_what_comes_out_is_clean_and_stays(text: str) -> None:
    plain = sanitize_text(text, 100, lines=True)
    assert len(plain) <= 100
    assert unicodedata.is_normalized("NFC", plain)
    assert not NO_INK.search(plain)
    assert not re.search(r"<(script|img|p)\b[^<>]*>", plain, re.I)


PIECES = ["<", ">", "b", "script", "/", " ", "!--", "-->", "&lt;", "\u200b", "="]


@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_no_tag_is_put_together_by_what_is_taken_out(pieces: list[str]) -> None:
    assert not re.search(r"</?(script|b)>|<!--", sanitize_text("".join(pieces), 1000, lines=True))


# -- answers -----------------------------------------------------------------------------------------------


def answer(**lesson: Any) -> dict[str, Any]:
    one = {
        "id": "l-<1>&amp;",  # looks like markup, and is an id
        "subject": {"id": "s", "name": "Алгебра"},
        "starts_at": "2026-11-23T08:30:00+10:00",
        "ends_at": "2026-11-23T09:15:00+10:00",
    }
    homework = lesson.pop("homework", [])
    return {
        "student_id": "p",
        "from": "2026-11-23",
        "to": "2026-11-29",
        "time_zone": "Asia/Vladivostok",
        "lessons": [{"lesson": one | lesson, "homework": homework}],
    }


def read(raw: dict[str, Any]) -> tuple[Diary, bytes]:
    read = parse_body(msgspec.json.encode(raw), Diary)
    return read.value, read.body


def task(**changes: Any) -> dict[str, Any]:
    return {"id": "h", "subject": {"id": "s", "name": "Алгебра"}, "due_on": "2026-11-23"} | changes


def test_a_plain_answer_passes_as_it_came() -> None:
    raw = answer(topic="Уравнения — повторение", kind="кружок", status="перенесён")
    raw["lessons"][0]["lesson"]["id"] = "l-1"
    raw["new"] = {"in": "1.1"}
    body = msgspec.json.format(msgspec.json.encode(raw))
    assert not needs_sanitizing(body)
    read = parse_body(body, Diary)
    value = read.value
    assert read.body is body
    # unknown codes are the vendor's own words
    assert (value.lessons[0].lesson.kind, value.lessons[0].lesson.status) == ("кружок", "перенесён")


def test_an_escaped_answer_is_looked_at_and_passes_too() -> None:
    raw = answer(topic="Уравнения")
    body = b'{"student_id":"\\u0070"' + msgspec.json.encode(raw)[len('{"student_id":"p"') :]
    assert needs_sanitizing(body)
    assert parse_body(body, Diary).body is body


def test_value_and_body_are_cleaned_together() -> None:
    raw = answer(topic="<b>Уравнения</b>", room="\u202e204", homework=[task(text="<p>№&nbsp;5</p>")])
    raw["unknown"] = "<script>"
    value, body = read(raw)
    lesson = value.lessons[0]
    assert (lesson.lesson.topic, lesson.lesson.room, lesson.homework[0].text) == (
        "Уравнения",
        "204",
        "№\xa05",
    )
    assert msgspec.json.decode(body, type=Diary) == value
    assert b"script" not in body
    assert lesson.lesson.id == "l-<1>&amp;"


def test_what_a_database_pads_is_taken_off() -> None:
    mark = {"id": "m", "subject": {"id": "s", "name": "Алгебра   "}, "day": "2026-11-23", "value": "5  "}
    raw = answer(topic="Уравнения  ")
    raw["lessons"][0]["marks"] = [mark]
    for body in (msgspec.json.encode(raw), msgspec.json.format(msgspec.json.encode(raw))):
        (lesson,) = parse_body(body, Diary).value.lessons
        assert (lesson.lesson.topic, lesson.marks[0].value) == ("Уравнения", "5")
        assert lesson.marks[0].subject.name == "Алгебра"


def test_a_character_hidden_behind_an_escape_is_found() -> None:
    hidden = rb"\u003cscript\u003e1\u003c/script\u003e\u202eyes"
    body = msgspec.json.encode(answer(topic="TOPIC")).replace(b"TOPIC", hidden)
    assert parse_body(body, Diary).value.lessons[0].lesson.topic == "yes"


def test_a_long_text_is_cut_and_not_the_whole_week_refused() -> None:
    value, _ = read(answer(topic="ы" * 30_000, subject={"id": "s", "name": "я" * 900}))
    topic, name = value.lessons[0].lesson.topic or "", value.lessons[0].lesson.subject.name
    assert (len(topic), topic[-1], len(name), name[-1]) == (20_000, "…", 500, "…")


def test_a_name_of_which_nothing_is_left() -> None:
    assert read(answer(subject={"id": "s", "name": "<b></b>"}))[0].lessons[0].lesson.subject.name == "—"


NO_LINKS = ["javascript:alert(1)", "data:text/html,x", "//host/x", "/x", "https://a b", "ftp://x", ""]


@pytest.mark.parametrize("url", NO_LINKS)
def test_only_links_of_the_web_stay(url: str) -> None:
    links = [{"name": "да", "url": "https://school.example/?a=1&b=2"}, {"name": "нет", "url": url}]
    value, _ = read(answer(online=url, homework=[task(materials=links)]))
    assert value.lessons[0].lesson.online is None
    assert [link.name for link in value.lessons[0].homework[0].materials] == ["да"]


def test_a_link_is_put_right_where_that_is_harmless() -> None:
    value, _ = read(answer(online=" HTTPS://meet.example/\u200b1 "))
    assert value.lessons[0].lesson.online == "https://meet.example/1"


def test_an_answer_that_is_nothing_but_a_bad_link_is_refused() -> None:
    link = {"url": "javascript:1", "expires_at": "2026-11-23T09:00:00Z", "name": "x"}
    with pytest.raises(JournalWrong) as caught:
        parse_body(msgspec.json.encode(link), FileLink)
    assert caught.value.reason == "wrong-shape"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"id": 5}, "wrong-shape"),
        ({"kind": "x" * 65}, "wrong-shape"),
        ({"starts_at": "0001-01-01T00:00:00+14:00"}, "wrong-shape"),
        ({"ends_at": "9999-12-31T23:59:59-12:00"}, "wrong-shape"),
        ({"starts_at": "2026-11-23T08:30:00"}, "wrong-shape"),
    ],
)
def test_what_sanitizing_does_not_fix(change: dict[str, Any], reason: str) -> None:
    raw = answer(**change)
    with pytest.raises(JournalWrong) as caught:
        read(raw)
    assert caught.value.reason == reason


@pytest.mark.parametrize("day", [b"1999-01-01", b"1999\\u002d01-01", b"\\u0031999-01-01", b"2101-01-01"])
def test_a_day_of_another_century_costs_its_task_in_any_disguise(day: bytes) -> None:
    body = msgspec.json.encode(answer(homework=[task(id="h1"), task()]))
    odd = re.sub(rb'(.*"due_on":")[^"]+', lambda found: found[1] + day, body)
    assert odd != body
    parsed = parse_body(odd, Diary)
    assert [task.id for task in parsed.value.lessons[0].homework] == ["h1"]
    assert parsed.value.left_out == 1
    assert parsed.odd == {"lessons[].homework[].due_on": 1}


def test_a_date_inside_an_id_costs_no_walk() -> None:
    for harmless in (b'"l-2026-11-23"', b'"2026-11-23"', b'"2026-11-23T08:30:00+07:00"', b'"x-1999-01-01"'):
        assert not _may_hold_odd_year(harmless)
