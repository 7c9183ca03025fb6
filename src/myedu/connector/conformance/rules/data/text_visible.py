"""Texts have no control, format, private-use or surrogate characters."""

import unicodedata

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.data._answers import no_wrong_text

_INVISIBLE = {"Cc", "Cf", "Cs", "Co"}
_ALLOWED = {"\n", "\t", "\u00ad"}


async def check(case: Case) -> None:
    await no_wrong_text(
        case,
        lambda _, text: any(_is_invisible(character) for character in text),
        "в тексте невидимые знаки",
        "a text with invisible characters",
    )


def _is_invisible(character: str) -> bool:
    return character not in _ALLOWED and unicodedata.category(character) in _INVISIBLE


RULE = Rule(
    id="data.text-visible",
    title=Bilingual(
        "В текстах нет невидимых знаков",
        "Texts have no invisible characters",
    ),
    reason=Bilingual(
        "Нулевые пробелы и управляющие знаки ломают поиск и чтение вслух, а знаки направления "
        "подменяют вид текста.",
        "Zero-width and control characters break search and screen readers; direction marks change how a "
        "text looks.",
    ),
    fix=Bilingual(
        "Убирайте из текстов знаки категорий Cc и Cf, кроме перевода строки и табуляции.",
        "Remove characters of the categories Cc and Cf from texts, except line feed and tab.",
    ),
    example='{"topic": "Степень с целым показателем"}',
    severity="warning",
    check=check,
)
