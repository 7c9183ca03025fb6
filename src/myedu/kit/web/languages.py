"""A visitor's language: the cookie of the page «Вид», else the browser's preference, else Russian."""

from collections.abc import Mapping

from litestar.connection import ASGIConnection

from myedu.kit.i18n import Words, choose_language

COOKIE = "language"
NAMES = {"ru": "Русский", "en": "English", "tt": "Татарча", "sah": "Сахалыы"}
"""Every language under its own name."""


def words_for(request: ASGIConnection, words: Mapping[str, Words]) -> Words:
    """The words in the visitor's language."""
    cookie = request.cookies.get(COOKIE)
    return words[choose_language(cookie, request.headers.get("accept-language"), words)]
