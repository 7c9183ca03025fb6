"""A page a rule, generated from RULE: `python -m myedu.connector.conformance.pages --out docs/exchange`."""

import argparse
from pathlib import Path

from myedu.connector.conformance.registry import all_rules
from myedu.connector.conformance.reports import words
from myedu.connector.conformance.rule import GROUPS, Both, Language, Rule

LANGUAGES: tuple[Language, ...] = ("ru", "en")
INDEX = "README.md"
_SEVERITIES = {
    "error": Both("ошибка: отчёт не зелёный, пока она есть", "error: the report isn't green while it stands"),
    "warning": Both("замечание: отчёт остаётся зелёным", "warning: the report stays green"),
}
_REASON, _EXAMPLE = Both("Зачем", "Why"), Both("Пример", "Example")
_EXCEPTIONS, _MEND = Both("Исключения", "Exceptions"), Both("Как исправить", "How to mend it")
_NEEDS = Both("Проверяется, если объявлено", "Judged where this is declared")
_ALWAYS = Both("Проверяется всегда.", "Always judged.")
_NO_EXCEPTIONS = Both("Нет.", "None.")
_RULE, _SAYS = Both("Правило", "Rule"), Both("Что делает хорошая система", "What a good system does")
_INDEX_TITLE = Both("Правила соответствия", "Conformance rules")
_INDEX_INTRO = Both(
    "Судья спрашивает систему по HTTP и ничего не меняет в ней. Объявленные возможности выбирают правила. "
    "Запуск: `myedu conform АДРЕС --client-id ИМЯ --key КЛЮЧ.pem`. "
    "Временное исключение пишется с причиной: `--exempt ПРАВИЛО='почему'`; причина попадает в отчёт.",
    "The judge asks the system over HTTP and changes nothing in it. Declared capabilities choose the rules. "
    "Run it by `myedu conform URL --client-id NAME --key KEY.pem`. "
    "A passing exemption has its reason: `--exempt RULE='why'`; the reason stands in the report.",
)


def pages() -> dict[str, str]:
    """Path below docs/exchange → text, of every rule in both languages and of the two indexes."""
    found = {}
    for language in LANGUAGES:
        for rule in all_rules():
            found[f"{language}/rules/{rule.id}.md"] = _page(rule, language)
        found[f"{language}/rules/{INDEX}"] = _index(language)
    return found


def write_pages(folder: Path) -> None:
    """Write them all, and take off the pages of rules that are no more."""
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
        f"## {_MEND.in_(language)}",
        _sentence(rule.mend.in_(language)),
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
    parser = argparse.ArgumentParser(prog="python -m myedu.connector.conformance.pages", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="the folder docs/exchange")
    write_pages(parser.parse_args().out)


if __name__ == "__main__":
    main()
