"""Fields that nobody has filled in."""

import pytest

from myedu.contract.placeholders import filled, is_placeholder


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        "—",
        "---",
        "----",
        ".",
        "...",
        "_",
        "---Не указана---",
        "Не указано",
        "- не задан -",
        "нет  данных",
    ],
)
def test_nothing_is_set(text: str) -> None:
    assert is_placeholder(text)
    assert filled(text) is None


@pytest.mark.parametrize(
    "text", ["0", "9-А", "Неуказанов", "Не указана причина", "5-", "н/а", "А.", "- x" * 50]
)
def test_something_is_set(text: str) -> None:
    assert filled(text) == text


def test_absent_is_absent() -> None:
    assert filled(None) is None
