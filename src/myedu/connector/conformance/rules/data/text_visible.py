"""Characters that nobody sees."""

import unicodedata

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.data._answers import texts_of

_UNSEEN = {"Cc", "Cf", "Cs", "Co"}
_ALLOWED = {"\n", "\t", "\u00ad"}


async def check(case: Case) -> None:
    texts = await texts_of(case)
    wrong = [(where, answer) for where, text, answer in texts if any(_unseen(letter) for letter in text)]
    none_at(
        [where for where, _ in wrong],
        "в тексте невидимые знаки",
        "a text with characters that nobody sees",
        *[one for _, one in wrong[:1]],
    )


def _unseen(letter: str) -> bool:
    return letter not in _ALLOWED and unicodedata.category(letter) in _UNSEEN


RULE = Rule(
    id="data.text-visible",
    title=Both(
        "В текстах нет невидимых знаков",
        "Texts have no invisible characters",
    ),
    reason=Both(
        "Нулевые пробелы и управляющие знаки ломают поиск и чтение вслух, а знаки направления "
        "подменяют вид текста.",
        "Zero-width and control characters break search and screen readers; marks of direction change"
        " how a text looks.",
    ),
    mend=Both(
        "Убирайте из текстов знаки категорий Cc и Cf, кроме перевода строки и табуляции.",
        "Take characters of the categories Cc and Cf out of texts, but for line feed and tab.",
    ),
    example='{"topic": "Степень с целым показателем"}',
    severity="warning",
    check=check,
)
