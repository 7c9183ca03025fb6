"""Every rule has its texts in both languages, and its published pages are current."""

import re
from pathlib import Path

import pytest

from myedu.connector.conformance.pages import pages, write_pages
from myedu.connector.conformance.registry import all_rules
from myedu.connector.conformance.rule import GROUPS, Rule
from myedu.contract.answers import CAPABILITIES, PROFILES

PUBLISHED = Path(__file__).parents[3] / "docs" / "exchange"
HOW_TO_FIX = "run: python -m myedu.connector.conformance.pages --out docs/exchange"


def test_there_are_as_many_rules_as_the_readme_says() -> None:
    assert len(all_rules()) == 166
    assert {rule.group for rule in all_rules()} == set(GROUPS)


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.id)
def test_a_rule_speaks_both_languages(rule: Rule) -> None:
    texts = [rule.title, rule.reason, rule.fix, *([rule.exceptions] if rule.exceptions else [])]
    for text in texts:
        assert re.search("[а-яё]", text.ru), text
        assert not re.search("[а-яё]", re.sub("«[^»]*»", "", text.en)), text
    assert rule.example.strip()
    assert rule.needs is None or rule.needs in (*CAPABILITIES, *PROFILES)


def test_the_published_pages_are_current() -> None:
    found = {
        f"{path.parent.parent.name}/rules/{path.name}": path.read_text(encoding="utf-8")
        for path in PUBLISHED.glob("*/rules/*.md")
    }
    assert sorted(found) == sorted(pages()), HOW_TO_FIX
    assert [name for name, text in pages().items() if found[name] != text] == [], HOW_TO_FIX


def test_the_page_of_a_deleted_rule_is_deleted(tmp_path: Path) -> None:
    write_pages(tmp_path)
    old = tmp_path / "ru" / "rules" / "auth.forgotten.md"
    old.write_text("x")
    write_pages(tmp_path)
    assert not old.exists()
