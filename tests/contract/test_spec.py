"""The published specification is current, complete in both languages, and has no dead link."""

import re
from pathlib import Path

import pytest

from myedu.contract.methods import METHODS
from myedu.contract.problems import PROBLEMS
from myedu.contract.schema import wire_types
from myedu.contract.spec import words
from myedu.contract.spec.__main__ import rendered
from myedu.contract.spec.field_types import DICTIONARIES, fields_of, nested_structs
from myedu.contract.spec.words import LANGUAGES, MissingWords, all_words, field_text, text_of
from myedu.contract.tables import TABLES

EXCHANGE = Path(__file__).parents[2] / "docs" / "exchange"


def test_published_pages_are_what_the_structs_give() -> None:
    stale = [
        name
        for name, text in rendered().items()
        if not (EXCHANGE / name).is_file() or (EXCHANGE / name).read_text("utf-8") != text
    ]
    assert not stale, f"{stale} differ from the structs: run `make docs`"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_struct_and_field_of_the_wire_is_in_the_specification(language: words.Language) -> None:
    pages = [text for name, text in rendered().items() if name.startswith(f"{language}/")]
    book = "\n".join(pages)
    for struct in wire_types():
        for named in (struct, *nested_structs(struct)):
            assert text_of("structs", named.__name__, language) in book
            for field in fields_of(named):
                assert f"| `{field.encode_name}` |" in book
                assert field_text(named.__name__, field.name, language) in book
    for method in METHODS:
        assert f"`{method.verb} {method.path}`" in book
    for code in (*PROBLEMS, *(code for codes in DICTIONARIES.values() for code in codes), *TABLES):
        assert f"`{code}`" in book


def test_no_text_is_left_over_from_an_older_contract(monkeypatch: pytest.MonkeyPatch) -> None:
    used: set[tuple[str, str]] = set()
    original = words.all_words()

    class Recording(dict[str, list[str]]):
        def __init__(self, section: str) -> None:
            super().__init__(original[section])
            self.section = section

        def get(self, name: str, default: object = None) -> object:  # type: ignore[override]
            used.add((self.section, name))
            return super().get(name, default)

    recording = {section: Recording(section) for section in original}
    monkeypatch.setattr(words, "all_words", lambda: recording)
    rendered()
    written = {(section, name) for section, names in original.items() for name in names}
    assert written - used == set()


def test_both_languages_are_there_and_differ() -> None:
    for section, names in all_words().items():
        for name, both in names.items():
            russian, english = both
            assert english, (section, name)
            assert re.search("[а-яё]", russian, re.IGNORECASE) or russian == english, (section, name)


def test_a_missing_text_names_the_line_to_add() -> None:
    with pytest.raises(MissingWords, match=r'\[errors\]: add "brand-new" = '):
        text_of("errors", "brand-new", "ru")


def test_links_lead_to_pages_and_anchors_that_are_there() -> None:
    dead = []
    for page in EXCHANGE.rglob("*.md"):
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
            path, _, anchor = target.partition("#")
            if "://" in path:
                continue
            file = (page.parent / path) if path else page
            if not file.exists() or (anchor and anchor not in _anchors(file)):
                dead.append(f"{page.relative_to(EXCHANGE)} → {target}")
    assert not dead


def _anchors(page: Path) -> set[str]:
    text = page.read_text("utf-8")
    named = set(re.findall(r'<a id="([^"]+)">', text))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return named | {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
