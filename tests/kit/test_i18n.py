"""Four languages: their messages, plurals and dates."""

from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from myedu.kit.i18n import (
    CatalogueError,
    Words,
    choose_language,
    load_words,
    offset_from_moscow,
    read_catalogue,
)

RULES = {
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0"
    " : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);",
    "en": "nplurals=2; plural=(n != 1);",
    "tt": "nplurals=1; plural=0;",
    "sah": "nplurals=1; plural=0;",
}
TEXTS = {
    "ru": """
msgid "Homework"
msgstr "Задано"

msgctxt "mark"
msgid "Set"
msgstr "Выставлена"

msgid "%(n)s lesson"
msgid_plural "%(n)s lessons"
msgstr[0] "%(n)s урок"
msgstr[1] "%(n)s урока"
msgstr[2] "%(n)s уроков"

#, fuzzy
msgid "Guess"
msgstr "Догадка"
""",
    "en": "",
    "tt": """
msgid "%(n)s lesson"
msgid_plural "%(n)s lessons"
msgstr[0] "%(n)s дәрес"
""",
    "sah": 'msgid "Homework"\nmsgstr ""\n',
}


def po(language: str, text: str, rule: str | None = None) -> str:
    header = f"Content-Type: text/plain; charset=utf-8\\nPlural-Forms: {rule or RULES[language]}\\n"
    return f'msgid ""\nmsgstr "{header}"\n\n{text}'


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Words]:
    root = tmp_path_factory.mktemp("packages")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(root))
        package = root / "kit_i18n_sample"
        for language, text in TEXTS.items():
            (package / "locale" / language).mkdir(parents=True)
            (package / "locale" / language / "messages.po").write_text(po(language, text), encoding="utf-8")
        (package / "__init__.py").touch()
        return load_words("kit_i18n_sample")


def test_messages_and_their_fallbacks(words: dict[str, Words]):
    assert [words[name].gettext("Homework") for name in ("ru", "en", "tt", "sah")] == [
        "Задано",
        "Homework",
        "Задано",
        "Задано",
    ]
    assert words["ru"].pgettext("mark", "Set") == "Выставлена"
    assert words["ru"].gettext("Set") == "Set"
    assert words["ru"].gettext("Guess") == "Guess"  # a fuzzy message is not approved yet


def test_plurals(words: dict[str, Words]):
    def lessons(language: str, n: int) -> str:
        return words[language].ngettext("%(n)s lesson", "%(n)s lessons", n) % {"n": n}

    numbers = (1, 3, 5, 11, 21)
    assert [lessons("ru", n) for n in numbers] == ["1 урок", "3 урока", "5 уроков", "11 уроков", "21 урок"]
    assert [lessons("en", n) for n in (1, 3)] == ["1 lesson", "3 lessons"]
    assert [lessons("tt", n) for n in (1, 3)] == ["1 дәрес", "3 дәрес"]
    assert lessons("sah", 3) == "3 урока"


DAY = date(2026, 9, 1)


@pytest.mark.parametrize(
    ("language", "title", "short", "month"),
    [
        ("ru", "вторник, 1 сентября", "Вт 1", "Сентябрь 2026"),
        ("en", "Tuesday, 1 September", "Tue 1", "September 2026"),
        ("tt", "1 сентябрь, сишәмбе", "Сиш 1", "Сентябрь 2026"),
        ("sah", "Балаҕан ыйын 1 күнэ, оптуорунньук", "Оп 1", "Балаҕан ыйа 2026"),
        # Babel doesn't know Buryat and has only numbers for Tuvan's months.
        ("bxr", "вторник, 1 сентября", "Вт 1", "Сентябрь 2026"),
        ("tyv", "вторник, 1 сентября", "Вт 1", "Сентябрь 2026"),
    ],
)
def test_days(language: str, title: str, short: str, month: str):
    words = Words(language, ())
    assert (words.day_title(DAY), words.day_short(DAY), words.month_title(DAY)) == (title, short, month)
    assert words.date_numeric(DAY) == "01.09.2026"


@pytest.mark.parametrize(
    ("language", "first", "last", "title"),
    [
        ("ru", date(2026, 8, 31), date(2026, 9, 5), "31 августа — 5 сентября"),
        ("ru", date(2026, 9, 7), date(2026, 9, 12), "7–12 сентября"),
        ("ru", date(2026, 12, 28), date(2027, 1, 3), "28 декабря 2026 — 3 января 2027"),
        ("en", date(2026, 8, 31), date(2026, 9, 5), "31 August – 5 September"),
        ("sah", date(2026, 9, 7), date(2026, 9, 12), "Балаҕан ыйын 7–12"),
        ("ru", date(9999, 12, 27), date(9999, 12, 31), "27–31 декабря"),
    ],
)
def test_weeks(language: str, first: date, last: date, title: str):
    assert Words(language, ()).week_title(first, last) == title


def test_time_and_numbers():
    ru, en = Words("ru", ()), Words("en", ())
    assert ru.time(time(8, 0)) == "08:00"
    assert ru.time(datetime(2026, 9, 1, 8, 5, tzinfo=UTC)) == "08:05"
    assert (ru.decimal(4.35, 2), en.decimal(4.35, 2), ru.decimal(4.345, 2)) == ("4,35", "4.35", "4,35")
    assert (ru.decimal(5, 0), ru.decimal(-0.5, 1)) == ("5", "-0,5")


@pytest.mark.parametrize(
    ("zone", "hours"),
    [
        ("Europe/Kaliningrad", -1),
        ("Europe/Moscow", 0),
        ("Asia/Yakutsk", 6),
        ("Asia/Srednekolymsk", 8),
        ("Asia/Kamchatka", 9),
    ],
)
def test_offset_from_moscow(zone: str, hours: int):
    assert offset_from_moscow(zone, datetime(2026, 9, 1, tzinfo=UTC)) == hours


@pytest.mark.parametrize(
    ("cookie", "header", "chosen"),
    [
        ("tt", "en", "tt"),
        ("xx", "en-GB,en;q=0.9", "en"),
        (None, "de, en;q=0.4, sah;q=0.8", "sah"),
        (None, "en;q=0, de", "ru"),
        (None, ";;q=x,,\x00", "ru"),
        (None, None, "ru"),
    ],
)
def test_choice_of_language(cookie: str | None, header: str | None, chosen: str):
    assert choose_language(cookie, header, {"ru", "en", "tt", "sah"}) == chosen


@pytest.mark.parametrize(
    ("language", "text", "rule", "sentence"),
    [
        ("tt", "", "nplurals=2; plural=(n != 1);", "nplurals=2"),
        ("ru", 'msgid "Hello %(name)s"\nmsgstr "Привет %(имя)s"\n', None, "%(имя)s"),
        ("ru", "Hello\n", None, "correct that line"),
    ],
)
def test_a_wrong_catalogue_is_reported(
    tmp_path: Path, language: str, text: str, rule: str | None, sentence: str
):
    path = tmp_path / "messages.po"
    path.write_text(po(language, text, rule), encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        read_catalogue(path, language)
    assert sentence in str(caught.value)
