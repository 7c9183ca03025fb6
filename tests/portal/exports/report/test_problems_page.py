"""docs/exchange/{ru,en}/problems.md has every code that the import reports, in its own words."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from myedu import portal
from myedu.portal.exports.queue import Way
from myedu.portal.exports.report.words import PACKAGE_WORDS, WORDS
from myedu.portal.exports.report.words_ru import PACKAGE_WORDS_RU, WORDS_RU
from tests.problems_page import FOLDER, pages

PORTAL = Path(portal.__file__).parent
OF_PACKAGES = {code for words in PACKAGE_WORDS.values() for code in words}
# Whose hyphened words are codes of rows or of packages, and no others (`rolled-back` is a state too).
SAYING = (
    "service", "load/approval_policy", "load/stage_package", "parse/batches", "parse/clean_values",
    "parse/csv_rows", "parse/parquet_rows", "parse/row_checks", "parse/unpack", "receive/verify",
    "report/outcomes",
)  # fmt: skip
HYPHENED = re.compile(r"[a-z]+(?:-[a-z]+)+")
FOUND = re.compile(r"'([a-z]+(?:-[a-z]+)*)'(?: END)?,\s+(?:'error'|'field'|'warning'|%\(severity\)s)")


def refusals() -> Iterator[tuple[str, ast.expr]]:
    """(file, the code's expression) of every PackageRefused of the portal."""
    for path in PORTAL.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "PackageRefused":
                yield path.name, node.args[0]


def said() -> set[str]:
    """What looks like a code in what judges packages and rows."""
    sources = [PORTAL / "exports" / f"{name}.py" for name in SAYING]
    constants = (node for path in sources for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    texts = {
        node.value for node in constants if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    found = {
        code
        for path in (PORTAL / "exports" / "load" / "sql").glob("*.sql")
        for code in FOUND.findall(path.read_text(encoding="utf-8"))
    }
    return {text for text in texts if HYPHENED.fullmatch(text)} | found


def test_every_package_that_is_refused_has_a_code_with_words() -> None:
    found = list(refusals())
    assert len(found) > 20
    for file, code in found:
        assert isinstance(code, ast.Constant), f"{file}: give the code as it is, so that it is found"
        assert code.value in OF_PACKAGES, f"{file}: {code.value} has no words in words.PACKAGE_WORDS"


def test_every_code_that_is_said_has_words() -> None:
    assert said() - OF_PACKAGES - set(WORDS) - set(get_args(Way)) == set()


def test_every_code_that_has_words_is_said() -> None:
    texts = "".join(
        path.read_text(encoding="utf-8")
        for kind in ("*.py", "*.sql")
        for path in PORTAL.rglob(kind)
        if not path.name.startswith("words")
    )
    quoted = set(re.findall(r"[\"']([a-z]+(?:-[a-z]+)*)[\"']", texts))
    assert (OF_PACKAGES | set(WORDS)) - quoted == set()


def test_both_languages_have_the_same_codes_in_one_order() -> None:
    assert list(WORDS) == list(WORDS_RU)
    assert {state: list(words) for state, words in PACKAGE_WORDS.items()} == {
        state: list(words) for state, words in PACKAGE_WORDS_RU.items()
    }


@pytest.mark.parametrize("name", pages())
def test_the_page_is_current(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == pages()[name], "run: python -m tests.problems_page"
