"""`python -m tests.problems_page` writes docs/exchange/{ru,en}/problems.md from the import's sentences."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from myedu.portal.exports.report.words import PACKAGE_WORDS, WORDS
from myedu.portal.exports.report.words_ru import PACKAGE_WORDS_RU, WORDS_RU

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "exchange"
_TEXTS = {
    "ru": {
        "title": "Что бывает не так с пакетом и с его строками",
        "other": "[en](../en/problems.md) · [README](README.md)",
        "intro": "Коды никогда не меняют своего смысла, новые могут появиться. Их говорят отчёт о пакете"
        " (`GET …/report`: `code`, `reason`, `problems`), `problems.csv`, страница и терминал оператора."
        " Ошибки самой передачи — в [push.md](../push.md). Составлено из слов портала: `python -m"
        " tests.problems_page`.",
        "code": "код",
        "sentence": "что это и что делать",
        "refused": "Пакет не принят: `refused`",
        "held": "Пакет ждёт оператора: `held`",
        "unchanged": "Пакет ничего не меняет: `unchanged`",
        "rolled-back": "Пакет отменён: `rolled-back`",
        "operator": "Только в терминале оператора",
        "rows": "Строки",
        "severities": "`error`: строка отложена, остальные взяты. `field`: строка взята без этого значения."
        " `warning`: взята как есть. Что из этого — стоит у каждой строки в `problems.csv`: необязательное"
        " значение стоит поля, обязательное — строки.",
    },
    "en": {
        "title": "What can be wrong with a package and with its rows",
        "other": "[ru](../ru/problems.md) · [README](README.md)",
        "intro": "A code never changes its meaning; new ones may come. They stand in the package's report"
        " (`GET …/report`: `code`, `reason`, `problems`), in `problems.csv`, on the operator's page and in"
        " the terminal. Errors of pushing itself are in [push.md](../push.md). Made of the portal's own"
        " words: `python -m tests.problems_page`.",
        "code": "code",
        "sentence": "what it is and what to do",
        "refused": "The package is not taken: `refused`",
        "held": "The package waits for an operator: `held`",
        "unchanged": "The package changes nothing: `unchanged`",
        "rolled-back": "The package was taken back: `rolled-back`",
        "operator": "In the operator's terminal only",
        "rows": "Rows",
        "severities": "`error`: the row is set aside, the others are taken. `field`: the row is taken"
        " without this value. `warning`: taken as it is. Which of them it is stands in `problems.csv` with"
        " every row: an optional value costs the field, a required one the row.",
    },
}


def pages() -> dict[str, str]:
    """Path below docs/exchange → text."""
    return {
        "ru/problems.md": "\n".join(_page(_TEXTS["ru"], PACKAGE_WORDS_RU, WORDS_RU)),
        "en/problems.md": "\n".join(_page(_TEXTS["en"], PACKAGE_WORDS, WORDS)),
    }


def _page(
    said: Mapping[str, str], packages: Mapping[str, Mapping[str, str]], rows: Mapping[str, str]
) -> Iterator[str]:
    yield from (f"# {said['title']}", "", said["other"], "", said["intro"], "")
    for state, words in packages.items():
        yield from (f"## {said[state]}", "", *_table(said, words), "")
    yield from (f"## {said['rows']}", "", said["severities"], "", *_table(said, rows), "")


def _table(said: Mapping[str, str], words: Mapping[str, str]) -> Iterator[str]:
    yield from (f"| {said['code']} | {said['sentence']} |", "|---|---|")
    yield from (f"| `{code}` | {sentence} |" for code, sentence in words.items())


if __name__ == "__main__":
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
