"""docs/operations/esia.md agrees with the code."""

import re
from pathlib import Path

import msgspec
import pytest

from myedu.esia.refusals import REFUSALS
from myedu.esia.settings import EsiaSettings

_DOCS = Path(__file__).resolve().parents[2] / "docs" / "operations"


@pytest.fixture(scope="module")
def page() -> str:
    return (_DOCS / "esia.md").read_text(encoding="utf-8")


def test_the_operators_codes_are_in_the_table_and_no_others(page: str) -> None:
    rows = "\n".join(line for line in page.splitlines() if line.startswith("| ESIA-"))
    listed = re.findall(r"ESIA-(\d{6})", rows)
    assert sorted(listed) == sorted(code for code, words in REFUSALS.items() if not words.for_user)


def test_every_variable_is_one_of_the_portals(page: str) -> None:
    known = (_DOCS / "settings.md").read_text(encoding="utf-8")
    named = set(re.findall(r"MYEDU_[A-Z_]+", page)) - {"MYEDU_ESIA_SANDBOX"}
    assert {name for name in named if f"`{name}`" not in known} == set()


def test_the_scopes_are_the_requested_ones(page: str) -> None:
    (default,) = [field.default for field in msgspec.structs.fields(EsiaSettings) if field.name == "scopes"]
    assert f"`{default}`" in page
