"""Every sentence of the portal's pages stands in every catalogue, and none stands there for nothing."""

import ast
import gettext
from pathlib import Path

import jinja2
import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from jinja2.ext import extract_from_ast

from myedu.esia.refusals import REFUSALS, UNKNOWN_REFUSAL

PORTAL = Path(__file__).resolve().parents[2] / "src" / "myedu" / "portal"
LANGUAGES = {"ru": 3, "en": 2, "tt": 1, "sah": 1}
"""Languages and their numbers of plural forms (CLDR)."""

Sentence = tuple[str | None, str]  # context, msgid (of the singular)


def catalogue(language: str) -> Catalog:
    with (PORTAL / "locale" / language / "messages.po").open("rb") as file:
        return read_po(file, abort_invalid=True)


def messages(language: str) -> list[Message]:
    return [message for message in catalogue(language) if message.id]


def key(message: Message) -> Sentence:
    return message.context, message.id[0] if message.pluralizable else message.id


def sentences_of_python(path: Path) -> set[Sentence]:
    found: set[Sentence] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        texts = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
        if name in ("_", "gettext", "ngettext") and texts:
            found.add((None, texts[0]))
        elif name == "pgettext" and len(texts) == 2:
            found.add((texts[0], texts[1]))
    return found


def sentences_of_template(path: Path) -> set[Sentence]:
    tree = jinja2.Environment().parse(path.read_text())
    return {(None, text) for _, _, text in extract_from_ast(tree, ("_",)) if isinstance(text, str)}


def used() -> set[Sentence]:
    found: set[Sentence] = set()
    for path in PORTAL.rglob("*.py"):
        found |= sentences_of_python(path)
    for path in PORTAL.rglob("templates/*.html"):
        found |= sentences_of_template(path)
    return found


def sentences_of_esia() -> set[Sentence]:
    """What identity/presenter.py translates by way of a variable: ESIA's refusals."""
    return {(None, words.message) for words in (*REFUSALS.values(), UNKNOWN_REFUSAL)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language):
    translated = {
        key(message)
        for message in messages(language)
        if message.string and all(message.string) and not message.fuzzy
    }
    assert sorted(used() - translated, key=str) == []


def test_refusals_of_esia_are_translated_into_russian():
    translated = {key(message) for message in messages("ru") if message.string}
    assert sorted(sentences_of_esia() - translated, key=str) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_left_over(language):
    standing = {key(message) for message in messages(language)}
    assert sorted(standing - used() - sentences_of_esia(), key=str) == []


@pytest.mark.parametrize(("language", "forms"), LANGUAGES.items())
def test_plural_forms_are_those_of_the_language(language, forms):
    read = catalogue(language)
    assert read.num_plurals == forms
    assert {gettext.c2py(read.plural_expr)(n) for n in range(200)} == set(range(forms))
    for message in messages(language):
        if message.pluralizable:
            assert len(message.string) == forms, message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_the_placeholders(language):
    for message in messages(language):
        ids = message.id if message.pluralizable else (message.id,)
        strings = message.string if message.pluralizable else (message.string,)
        for string in strings:
            assert _placeholders(string) == _placeholders(ids[0]), message.id


def _placeholders(text: str) -> set[str]:
    return {part.partition("}")[0] for part in text.split("{")[1:]}
