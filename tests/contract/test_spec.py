"""The published specification: current, whole in both languages, and with no dead link."""

import re
from pathlib import Path

import pytest

from myedu.contract.methods import METHODS
from myedu.contract.problems import PROBLEMS
from myedu.contract.schema import wire_types
from myedu.contract.spec import words
from myedu.contract.spec.__main__ import rendered
from myedu.contract.spec.kinds import DICTIONARIES, fields_of, structs_below
from myedu.contract.spec.words import LANGUAGES, NoWords, all_words, said, said_of_field
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
def test_every_struct_and_field_of_the_wire_stands_in_the_specification(language: words.Language) -> None:
    pages = [text for name, text in rendered().items() if name.startswith(f"{language}/")]
    book = "\n".join(pages)
    for struct in wire_types():
        for one in (struct, *structs_below(struct)):
            assert said("structs", one.__name__, language) in book
            for field in fields_of(one):
                assert f"| `{field.encode_name}` |" in book
                assert said_of_field(one.__name__, field.name, language) in book
    for method in METHODS:
        assert f"`{method.verb} {method.path}`" in book
    for code in (*PROBLEMS, *(code for codes in DICTIONARIES.values() for code in codes), *TABLES):
        assert f"`{code}`" in book


def test_no_sentence_is_left_over_from_an_older_contract(monkeypatch: pytest.MonkeyPatch) -> None:
    used: set[tuple[str, str]] = set()
    honest = words.all_words()

    class Noting(dict[str, list[str]]):
        def __init__(self, section: str) -> None:
            super().__init__(honest[section])
            self.section = section

        def get(self, name: str, default: object = None) -> object:  # type: ignore[override]
            used.add((self.section, name))
            return super().get(name, default)

    noting = {section: Noting(section) for section in honest}
    monkeypatch.setattr(words, "all_words", lambda: noting)
    rendered()
    written = {(section, name) for section, names in honest.items() for name in names}
    assert written - used == set()


def test_both_languages_are_there_and_differ() -> None:
    for section, names in all_words().items():
        for name, both in names.items():
            russian, english = both
            assert english, (section, name)
            assert re.search("[а-яё]", russian, re.IGNORECASE) or russian == english, (section, name)


def test_a_thing_without_words_says_which_line_to_add() -> None:
    with pytest.raises(NoWords, match=r'\[errors\]: add "brand-new" = '):
        said("errors", "brand-new", "ru")


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
