"""One page for each rule: `python -m myedu.connector.conformance.pages --out docs/exchange`."""

import argparse
from pathlib import Path

from myedu.connector.conformance.registry import all_rules
from myedu.connector.conformance.reports import words
from myedu.connector.conformance.rule import GROUPS, Bilingual, Language, Rule

LANGUAGES: tuple[Language, ...] = ("ru", "en")
INDEX = "README.md"
_SEVERITIES = {
    "error": Bilingual(
        "ошибка: отчёт не зелёный, пока она есть", "error: the report isn't green until it is fixed"
    ),
    "warning": Bilingual("замечание: отчёт остаётся зелёным", "warning: the report stays green"),
}
_REASON, _EXAMPLE = Bilingual("Зачем", "Why"), Bilingual("Пример", "Example")
_EXCEPTIONS, _FIX = Bilingual("Исключения", "Exceptions"), Bilingual("Как исправить", "How to fix it")
_NEEDS = Bilingual("Проверяется, если объявлено", "Checked if declared")
_ALWAYS = Bilingual("Проверяется всегда.", "Always checked.")
_NO_EXCEPTIONS = Bilingual("Нет.", "None.")
_RULE, _SAYS = (
    Bilingual("Правило", "Rule"),
    Bilingual("Что делает хорошая система", "What a good system does"),
)
_INDEX_TITLE = Bilingual("Правила соответствия", "Conformance rules")
_INDEX_INTRO = Bilingual(
    "Судья спрашивает систему по HTTP и ничего не меняет в ней. Объявленные возможности выбирают правила. "
    "Запуск: `myedu conform АДРЕС --client-id ИМЯ --key КЛЮЧ.pem`. "
    "Временное исключение пишется с причиной: `--exempt ПРАВИЛО='почему'`; причина попадает в отчёт.",
    "The judge sends HTTP requests to the system and changes nothing in it. "
    "Declared capabilities decide which rules apply. "
    "Run `myedu conform URL --client-id NAME --key KEY.pem`. "
    "A temporary exemption gives its reason: `--exempt RULE='why'`; the report shows the reason.",
)


def pages() -> dict[str, str]:
    """Path below docs/exchange → Markdown: every rule in both languages, and the two indexes."""
    found = {}
    for language in LANGUAGES:
        for rule in all_rules():
            found[f"{language}/rules/{rule.id}.md"] = _page(rule, language)
        found[f"{language}/rules/{INDEX}"] = _index(language)
    return found


def write_pages(folder: Path) -> None:
    """Write all pages below `folder` and delete those of rules that no longer exist."""
    wanted = {folder / name: text for name, text in pages().items()}
    for language in LANGUAGES:
        (folder / language / "rules").mkdir(parents=True, exist_ok=True)
        for old in (folder / language / "rules").glob("*.md"):
            if old not in wanted:
                old.unlink()
    for path, text in wanted.items():
        path.write_text(text, encoding="utf-8")


def _page(rule: Rule, language: Language) -> str:
    when = f"{_NEEDS.in_(language)}: `{rule.needs}`." if rule.needs else _ALWAYS.in_(language)
    parts = [
        f"# {rule.title.in_(language)}",
        f"`{rule.id}` · {words.GROUPS[rule.group].in_(language)}"
        f" · {_SEVERITIES[rule.severity].in_(language)}. {when}",
        f"## {_REASON.in_(language)}",
        _sentence(rule.reason.in_(language)),
        f"## {_EXAMPLE.in_(language)}",
        f"```\n{rule.example}\n```",
        f"## {_EXCEPTIONS.in_(language)}",
        _sentence((rule.exceptions or _NO_EXCEPTIONS).in_(language)),
        f"## {_FIX.in_(language)}",
        _sentence(rule.fix.in_(language)),
    ]
    return "\n\n".join(parts) + "\n"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def _index(language: Language) -> str:
    parts = [f"# {_INDEX_TITLE.in_(language)}", _INDEX_INTRO.in_(language)]
    for group in GROUPS:
        rules = [rule for rule in all_rules() if rule.group == group]
        if not rules:
            continue
        head = f"| {_RULE.in_(language)} | {_SAYS.in_(language)} | |\n|---|---|---|"
        rows = [
            f"| [{rule.id}]({rule.id}.md) | {rule.title.in_(language)} | {rule.needs or ''} |"
            for rule in rules
        ]
        parts += [f"## {words.GROUPS[group].in_(language)}", "\n".join([head, *rows])]
    return "\n\n".join(parts) + "\n"


def main() -> None:
    """Write the pages; `make docs` runs this."""
    parser = argparse.ArgumentParser(prog="python -m myedu.connector.conformance.pages", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="the folder docs/exchange")
    write_pages(parser.parse_args().out)


if __name__ == "__main__":
    main()
