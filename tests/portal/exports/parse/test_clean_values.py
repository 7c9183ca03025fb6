"""Texts of the roster are made plain by the function that makes journals' answers plain."""

import sys
import unicodedata

import polars as pl
import pytest

from myedu.contract.placeholders import is_placeholder
from myedu.contract.plain_text import sanitize_text
from myedu.kit.clock import FixedClock
from myedu.portal.exports.models import LoadContext
from myedu.portal.exports.parse import clean_values
from tests.portal.exports.packages import a_school, cell, spoil
from tests.portal.exports.taking import Ask, Write, take
from tests.portal.exports.test_refused import problems_of


def found(texts: list[str]) -> list[bool]:
    return pl.Series(texts).str.contains(clean_values._MIGHT_CHANGE).to_list()


def characters() -> list[str]:
    """All of Unicode but surrogates and blanks, which a batch no longer has."""
    numbers = (number for number in range(sys.maxunicode + 1) if not 0xD800 <= number <= 0xDFFF)
    return [chr(number) for number in numbers if not chr(number).isspace()]


def test_the_pattern_finds_every_character_that_might_change() -> None:
    texts = [f"а{one}б" for one in characters()]
    missed = [
        text for text, is_found in zip(texts, found(texts), strict=True)
        if not is_found and clean_values._plain(text) != text
    ]  # fmt: skip
    assert [hex(ord(text[1])) for text in missed] == []


def test_the_pattern_finds_every_pair_that_is_one_letter() -> None:
    pairs = [
        pair for one in characters()
        if len(pair := unicodedata.normalize("NFD", one)) == 2 and unicodedata.normalize("NFC", pair) != pair
    ]  # fmt: skip
    assert len(pairs) > 500
    assert all(found(pairs))


def test_ordinary_names_cost_no_look() -> None:
    names = ["Ковалёв", "Ölmez", "Ҥьургуйаана", "Анна-Мария", "О’Коннор", "СОШ № 7 «Лицей»", "Ж. П.", "—"]
    assert not any(found(names))


def test_placeholders_are_those_of_the_contract() -> None:
    texts = [
        "-",
        "—",
        "---",
        "----",
        ".",
        "---Не указана---",
        "не указано",
        "нет данных",
        "0",
        "9-А",
        "А.",
        "5-",
    ]
    frame = pl.DataFrame({"area": texts}).select(
        pl.col("area").str.contains(clean_values._NOTHING)
    )  # fmt: skip
    assert frame["area"].to_list() == [is_placeholder(text) for text in texts]


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("Кули\u200bков", "Куликов"),
        ("\u202eвоволок", "воволок"),
        ("Е\u0308лкин", "Ёлкин"),
        ("Ким\u200b \u200bЛи", "Ким Ли"),
        ("О&#39;Коннор", "О'Коннор"),
        ("<b>Ким</b>", "Ким"),
        ("Ким\x07", "Ким"),
    ],
)
async def test_a_name_is_plain_and_the_vendor_is_told(
    context: LoadContext, write: Write, ask: Ask, given: str, stored: str
) -> None:
    assert sanitize_text(given, 500, lines=False).replace("  ", " ") == stored  # as in an answer
    folder = write(a_school())
    spoil(folder, "persons", cell("persons", 2, "last_name", given))
    assert (await take(context, folder)).state == "applied"
    assert ask("SELECT last_name FROM people.persons WHERE id = 'p1'") == [stored]
    (problem,) = await problems_of(context, folder)
    assert (problem.line, problem.field, problem.code, problem.severity, problem.detail) == (
        2, "last_name", "cleaned", "warning", None,
    )  # fmt: skip


@pytest.mark.parametrize("nothing", ["\u200b", "\u2060\ufeff", "\u3164", "\u2800\u2800", "\ufe0f", "<b></b>"])
async def test_a_name_of_which_nothing_is_left_is_required(
    context: LoadContext, write: Write, ask: Ask, nothing: str
) -> None:
    folder = write(a_school())
    spoil(folder, "persons", cell("persons", 2, "first_name", nothing))
    spoil(folder, "persons", cell("persons", 3, "middle_name", nothing))
    await take(context, folder)
    found = [one for one in await problems_of(context, folder) if one.table == "persons"]
    assert [(one.line, one.field, one.code, one.severity) for one in found] == [
        (2, "first_name", "required", "error"), (3, "middle_name", "cleaned", "warning"),
    ]  # fmt: skip
    assert ask("SELECT id, middle_name FROM people.persons WHERE id IN ('p1', 'm1')") == [("m1", None)]


@pytest.mark.parametrize("nothing", ["-", "---", "—", ".", "---Не указана---"])
async def test_a_placeholder_in_an_optional_column_is_nothing_set(
    context: LoadContext, write: Write, ask: Ask, nothing: str
) -> None:
    folder = write(a_school())
    for table, column in (
        ("persons", "middle_name"), ("persons", "birth_date"), ("persons", "snils"), ("persons", "sex"),
        ("groups", "parent_id"), ("groups", "shift"), ("enrollments", "ends_on"), ("organizations", "email"),
    ):  # fmt: skip
        spoil(folder, table, cell(table, 2, column, nothing))
    spoil(folder, "persons", cell("persons", 4, "last_name", nothing))  # some people have no surname
    report = await take(context, folder)
    assert (report.state, report.problems) == ("applied", {})
    assert ask("SELECT middle_name, birth_date, snils, sex FROM people.persons WHERE id = 'p1'") == [
        (None,) * 4
    ]
    assert ask("SELECT last_name FROM people.persons WHERE id = 'p2'") == [nothing]


async def test_an_address_keeps_its_parameters(context: LoadContext, write: Write, ask: Ask) -> None:
    folder = write(a_school())
    address = "https://school.example/?a=1&lt=2&copy=3"
    spoil(folder, "organizations", cell("organizations", 2, "site", address))
    assert (await take(context, folder)).problems == {}
    assert ask("SELECT site FROM people.organizations") == [address]


async def test_a_child_of_today_is_born(context: LoadContext, write: Write, clock: FixedClock) -> None:
    """In Kamchatka it is tomorrow already where the package was made."""
    folder = write(a_school())
    spoil(folder, "persons", cell("persons", 2, "birth_date", f"{clock.now():%Y-%m}-24"))
    assert "birth-to-come" not in (await take(context, folder)).problems
