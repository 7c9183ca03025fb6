"""Messages, plurals and dates in a person's language, from .po files read at start (no compile step).

A message's id is its English sentence. A package keeps `locale/<language>/messages.po`.
"""

import gettext
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.messages.catalog import Message
from babel.messages.pofile import PoFileError, read_po

DEFAULT_LANGUAGE = "ru"
# Plural forms by CLDR; `pybabel init` writes two for Tatar and Sakha, which have one.
_PLURAL_FORMS = {"ru": 3, "en": 2, "tt": 1, "sah": 1}
# Message ids are English sentences; the other languages of Russia fall back to Russian.
_NO_FALLBACK = {"ru", "en"}
_PLACEHOLDER = re.compile(r"%\((\w+)\)s|\{(\w+)\}")
_MOSCOW = ZoneInfo("Europe/Moscow")


class CatalogueError(Exception):
    """A .po file has a mistake; the message names it."""


@dataclass(frozen=True, slots=True)
class DateFormats:
    """Date patterns of a language in CLDR's syntax. Not CLDR's style `short`, which for Sakha is 26/9/1."""

    day: str = "d MMMM"
    day_title: str = "EEEE, d MMMM"
    days_of_month: str = "{first}–{last} {month}"
    dash: str = " — "


_FORMATS = {
    "en": DateFormats(dash=" – "),
    "tt": DateFormats(day_title="d MMMM, EEEE"),
    "sah": DateFormats(day="MMMM d", day_title="MMMM d 'күнэ', EEEE", days_of_month="{month} {first}–{last}"),
}


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The translations of one file.

    `texts`: (context, message id) → text; `plurals`: id of the singular → the forms, in the order of
    `plural_form`, which gives the index for a number.
    """

    texts: Mapping[tuple[str | None, str], str]
    plurals: Mapping[str, tuple[str, ...]]
    plural_form: Callable[[int], int]


@dataclass(frozen=True, slots=True)
class Words:
    """A language: its messages, and how it writes dates and numbers. Immutable.

    `catalogues` are searched in their order.
    """

    language: str
    catalogues: tuple[Catalogue, ...]

    def gettext(self, text: str) -> str:
        """The translation of an English sentence; the sentence itself if there is none."""
        return self._find(None, text)

    def pgettext(self, context: str, text: str) -> str:
        """The same for a word with several meanings; `context` selects one."""
        return self._find(context, text)

    def ngettext(self, one: str, many: str, n: int) -> str:
        """The form for `n`, whose placeholder for the number is not filled; English if there is none."""
        for catalogue in self.catalogues:
            forms = catalogue.plurals.get(one)
            if forms is not None:
                return forms[catalogue.plural_form(n)]
        return one if n == 1 else many

    def _find(self, context: str | None, text: str) -> str:
        for catalogue in self.catalogues:
            found = catalogue.texts.get((context, text))
            if found is not None:
                return found
        return text

    def day_title(self, day: date) -> str:
        """«вторник, 1 сентября»."""
        return self._format(day, self._formats.day_title)

    def day_short(self, day: date) -> str:
        """«Вт 1»."""
        name = self._format(day, "ccc").rstrip(".")
        return f"{_capitalised(name)} {day.day}"

    def day_month(self, day: date) -> str:
        """«1 сентября»."""
        return self._format(day, self._formats.day)

    def date_numeric(self, day: date) -> str:
        """«01.09.2026», the same in every language."""
        return f"{day.day:02}.{day.month:02}.{day.year:04}"

    def month_title(self, day: date) -> str:
        """«Сентябрь 2026»: the month in the nominative."""
        return f"{_capitalised(self._format(day, 'LLLL'))} {day.year}"

    def week_title(self, first: date, last: date) -> str:
        """«31 августа — 5 сентября», «1–5 сентября»; with years if they differ."""
        formats = self._formats
        if (first.year, first.month) == (last.year, last.month):
            month = self._format(first, "MMMM")  # in the genitive, as after a day: «сентября»
            return formats.days_of_month.format(first=first.day, last=last.day, month=month)
        days = (self.day_month(first), self.day_month(last))
        if first.year != last.year:
            days = (f"{days[0]} {first.year}", f"{days[1]} {last.year}")
        return formats.dash.join(days)

    def time(self, at: time | datetime) -> str:
        """«08:00»; `at` is local time, which is not converted."""
        return f"{at.hour:02}:{at.minute:02}"

    def decimal(self, value: float | Decimal, digits: int) -> str:
        """«4,35» with `digits` after the comma; halves are rounded away from zero, as at school."""
        # By way of str: 4.345 is the decimal number, not the binary fraction just below it.
        rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
        symbols = _locale(self.language).number_symbols
        return f"{rounded:f}".replace(".", symbols.get("latn", symbols)["decimal"])

    @property
    def _formats(self) -> DateFormats:
        return _FORMATS.get(self.language, DateFormats())

    def _format(self, day: date, pattern: str) -> str:
        return _formatted(self.language, day, pattern)


def load_words(*packages: str) -> dict[str, Words]:
    """The languages of the first package's catalogues, by code.

    Messages are searched in the packages' catalogues in their order. Further packages, such as `kit.web`, may
    lack a language. Raises CatalogueError.
    """
    languages = _languages_of(packages[0])
    if DEFAULT_LANGUAGE not in languages:
        raise CatalogueError(f"{packages[0]} has no locale/{DEFAULT_LANGUAGE}/messages.po: add it")
    catalogues = {
        language: tuple(
            read_catalogue(files(package) / "locale" / language / "messages.po", language)
            for package in packages
            if language in _languages_of(package)
        )
        for language in languages
    }
    fallback = catalogues[DEFAULT_LANGUAGE]
    return {
        language: Words(language, own if language in _NO_FALLBACK else (*own, *fallback))
        for language, own in catalogues.items()
    }


def _languages_of(package: str) -> list[str]:
    folder = files(package) / "locale"
    return sorted(entry.name for entry in folder.iterdir() if (entry / "messages.po").is_file())


def read_catalogue(path: Traversable, language: str) -> Catalogue:
    """Read one .po file. Raises CatalogueError."""
    try:
        with path.open("rb") as file:
            catalogue = read_po(file, abort_invalid=True)
    except PoFileError as error:
        raise CatalogueError(f"{path}: {error}: correct that line") from error
    forms = catalogue.num_plurals
    expected = _PLURAL_FORMS.get(language, forms)
    if forms != expected:
        raise CatalogueError(f"{path}: Plural-Forms has nplurals={forms}: {language} has {expected}")
    texts: dict[tuple[str | None, str], str] = {}
    plurals: dict[str, tuple[str, ...]] = {}
    for message in catalogue:
        if not message.id or message.fuzzy or not _is_translated(message, forms):
            continue
        _check_placeholders(message, path)
        ids, strings = _texts(message.id), _texts(message.string)
        if message.pluralizable:
            plurals[ids[0]] = strings
        else:
            texts[message.context, ids[0]] = strings[0]
    return Catalogue(texts, plurals, gettext.c2py(catalogue.plural_expr))


def _is_translated(message: Message, forms: int) -> bool:
    strings = _texts(message.string)
    return all(strings) and len(strings) == (forms if message.pluralizable else 1)


def _texts(value: Any) -> tuple[str, ...]:
    """Babel's id or string of a message: a text, or the texts of a plural."""
    return (value,) if isinstance(value, str) else tuple(value or ())


def _check_placeholders(message: Message, path: Traversable) -> None:
    # A placeholder that the code doesn't fill would break the page for the readers of one language.
    ids = _texts(message.id)
    known = {match[0] for text in ids for match in _PLACEHOLDER.finditer(text)}
    for text in _texts(message.string):
        unknown = {match[0] for match in _PLACEHOLDER.finditer(text)} - known
        if unknown:
            raise CatalogueError(
                f"{path}: «{ids[0]}» has no {', '.join(sorted(unknown))}: write one of its own"
            )


def choose_language(cookie: str | None, accept_language: str | None, available: Collection[str]) -> str:
    """The cookie's language, else the browser's most preferred one that is available, else Russian."""
    if cookie is not None and cookie in available:
        return cookie
    preferences = []
    for part in (accept_language or "").split(","):
        tag, _, parameter = part.partition(";")
        preferences.append((_quality(parameter), tag.strip().lower().split("-")[0]))
    # Sorting is stable: equal qualities keep the browser's order.
    for quality, language in sorted(preferences, key=lambda preference: -preference[0]):
        if quality > 0 and language in available:
            return language
    return DEFAULT_LANGUAGE


def _quality(parameter: str) -> float:
    match = re.fullmatch(r"\s*q\s*=\s*(\d(?:\.\d{0,3})?)\s*", parameter)
    return float(match[1]) if match else 1.0 if not parameter.strip() else 0.0


def offset_from_moscow(zone: str, at: datetime) -> int:
    """Hours from Moscow time to the local time of an IANA zone at the aware instant `at`: 6 for Yakutsk."""
    local, moscow = at.astimezone(ZoneInfo(zone)).utcoffset(), at.astimezone(_MOSCOW).utcoffset()
    assert local is not None
    assert moscow is not None
    return round((local - moscow).total_seconds() / 3600)


@lru_cache(maxsize=4096)  # a page names the same days several times, and all visitors open the same weeks
def _formatted(language: str, day: date, pattern: str) -> str:
    return format_date(day, pattern, locale=_locale(language))


@cache
def _locale(language: str) -> Locale:
    """Babel's data; Russian for a language that Babel doesn't know or has no names of months for."""
    try:
        locale = Locale.parse(language)
    except UnknownLocaleError:
        return Locale.parse(DEFAULT_LANGUAGE)
    named = locale.months["format"]["wide"][1] != "M01"
    return locale if named else Locale.parse(DEFAULT_LANGUAGE)


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def message(text: str) -> str:
    """Mark an English sentence as a message id that is translated later; returns it as it is."""
    return text
