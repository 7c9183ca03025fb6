"""A visitor's language: the cookie of the page «Вид», else the browser's preference, else Russian."""

from collections.abc import Mapping
from typing import Any

from litestar.connection import ASGIConnection

from myedu.kit.i18n import Words, choose_language

COOKIE = "language"
NAMES = {"ru": "Русский", "en": "English", "tt": "Татарча", "sah": "Сахалыы"}
"""Code → the language's own name."""


def words_for(request: ASGIConnection[Any, Any, Any, Any], words: Mapping[str, Words]) -> Words:
    """The words in the visitor's language; `words`: language → its words."""
    cookie = request.cookies.get(COOKIE)
    return words[choose_language(cookie, request.headers.get("accept-language"), words)]
