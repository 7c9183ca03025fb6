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

SOURCE = Path(__file__).resolve().parents[1] / "src" / "myedu"
FOLDERS = sorted(path.parent for path in SOURCE.rglob("locale"))
"""Packages with catalogues. The sentences of a package are in its own ones, those of a package around it, or
those of kit/web."""
SHARED = SOURCE / "kit" / "web"
LANGUAGES = {"ru": 3, "en": 2, "tt": 1, "sah": 1}
"""Languages and their numbers of plural forms (CLDR)."""

Sentence = tuple[str | None, str]  # context, msgid (of the singular)

of_each_catalogue = pytest.mark.parametrize(
    ("folder", "language"),
    [
        pytest.param(folder, language, id=f"{folder.relative_to(SOURCE)}-{language}")
        for folder in FOLDERS
        for language in LANGUAGES
    ],
)


def catalogue(folder: Path, language: str) -> Catalog:
    with (folder / "locale" / language / "messages.po").open("rb") as file:
        return read_po(file, abort_invalid=True)


def messages(folder: Path, language: str) -> list[Message]:
    return [message for message in catalogue(folder, language) if message.id]


def key(message: Message) -> Sentence:
    return message.context, message.id[0] if message.pluralizable else message.id


def sentences_of_python(path: Path) -> set[Sentence]:
    found: set[Sentence] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        texts = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
        if name in ("_", "message", "gettext", "ngettext") and texts:
            found.add((None, texts[0]))
        elif name == "pgettext" and len(texts) == 2:
            found.add((texts[0], texts[1]))
    return found


def sentences_of_template(path: Path) -> set[Sentence]:
    tree = jinja2.Environment().parse(path.read_text())
    return {(None, text) for _, _, text in extract_from_ast(tree, ("_",)) if isinstance(text, str)}


def used(folder: Path) -> set[Sentence]:
    """In the package and those below it."""
    found: set[Sentence] = set()
    for path in folder.rglob("*.py"):
        found |= sentences_of_python(path)
    for path in folder.rglob("templates/*.html"):
        found |= sentences_of_template(path)
    return found | sentences_of_esia() if folder.name == "portal" else found


def sentences_of_esia() -> set[Sentence]:
    """What identity/presenter.py translates by way of a variable: ESIA's refusals."""
    return {(None, words.message) for words in (*REFUSALS.values(), UNKNOWN_REFUSAL)}


def translated(folder: Path, language: str) -> set[Sentence]:
    """What its own catalogue, those around it and the shared one have."""
    around = {one for one in FOLDERS if folder.is_relative_to(one)} | {SHARED}
    return {
        key(message)
        for one in around
        for message in messages(one, language)
        if message.string and all(message.string) and not message.fuzzy
    }


@of_each_catalogue
def test_every_sentence_is_translated(folder, language):
    may_be_english = sentences_of_esia() if language != "ru" else set()
    assert sorted(used(folder) - translated(folder, language) - may_be_english, key=str) == []


@of_each_catalogue
def test_no_sentence_is_left_over(folder, language):
    standing = {key(message) for message in messages(folder, language)}
    assert sorted(standing - used(folder), key=str) == []


@of_each_catalogue
def test_plural_forms_are_those_of_the_language(folder, language):
    read, forms = catalogue(folder, language), LANGUAGES[language]
    assert read.num_plurals == forms
    assert {gettext.c2py(read.plural_expr)(n) for n in range(200)} == set(range(forms))
    for message in messages(folder, language):
        if message.pluralizable:
            assert len(message.string) == forms, message.id


@of_each_catalogue
def test_translations_keep_the_placeholders(folder, language):
    for message in messages(folder, language):
        ids = message.id if message.pluralizable else (message.id,)
        strings = message.string if message.pluralizable else (message.string,)
        for string in strings:
            assert _placeholders(string) == _placeholders(ids[0]), message.id


def _placeholders(text: str) -> set[str]:
    return {part.partition("}")[0] for part in text.split("{")[1:]}
