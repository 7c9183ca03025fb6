"""The page of methods: whole in itself, in two languages, true to what the system declares."""

import re
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256

import pytest

from myedu.connector.sdk.docs_words import METHODS_RU, PAGE, PARAMETERS_RU
from myedu.contract.methods import METHODS
from myedu.kit.web.page_checks import problems_of_page
from tests.connector.sdk.conftest import Stand, Stands
from tests.connector.sdk.school import School

_OWN_STYLE = "a style is inside the page"
"""Allowed here: the page is one file, and its policy names the sum of its style."""


async def page(stand: Stand, query: str = "") -> tuple[str, Mapping[str, str]]:
    async with stand.session.get(f"{stand.url}/v1/docs{query}") as response:
        assert response.status == 200
        return await response.text(), response.headers


@pytest.mark.parametrize(("query", "language"), [("", "ru"), ("?lang=en", "en"), ("?lang=xx", "ru")])
async def test_a_good_page_in_two_languages(stand: Stand, query: str, language: str) -> None:
    text, headers = await page(stand, query)
    wrong = problems_of_page(text, headers, title_suffix=PAGE[language]["suffix"])
    assert [word for word in wrong if _OWN_STYLE not in word] == []
    assert f'<html lang="{language}">' in text
    for method in METHODS:
        assert method.path in text
        assert (METHODS_RU[method.name] if language == "ru" else method.sentence) in text


async def test_it_runs_no_script_and_loads_nothing(stand: Stand) -> None:
    text, headers = await page(stand)
    assert "<script" not in text
    style = re.search("<style>(.*)</style>", text, re.DOTALL)
    assert style is not None
    total = b64encode(sha256(style.group(1).encode()).digest()).decode()
    assert f"style-src 'sha256-{total}'" in headers["Content-Security-Policy"]
    outside = re.findall(r'(?:src|href)="(?!#|\?|openapi\.json)[^"]*"', text)
    assert outside == []


async def test_what_is_not_declared_is_said(stand_of: Stands) -> None:
    school = School()
    school.declared = ("diary",)
    text, _ = await page(stand_of(school))
    undeclared = [method for method in METHODS if method.capability not in (None, "diary")]
    assert text.count(PAGE["ru"]["not-served"]) == len(undeclared)


def test_every_method_and_parameter_has_russian_words() -> None:
    assert set(METHODS_RU) == {method.name for method in METHODS}
    assert set(PARAMETERS_RU) == {parameter.name for method in METHODS for parameter in method.parameters}
    assert set(PAGE["ru"]) == set(PAGE["en"])
