"""The texts of the public specification from words.toml, by struct, field, code, error and method."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

Language = Literal["ru", "en"]
LANGUAGES: tuple[Language, ...] = ("ru", "en")
_PLACE: dict[Language, int] = {"ru": 0, "en": 1}


class MissingWords(Exception):
    """words.toml lacks a text for something in the contract; the message says which line to add."""


@cache
def all_words() -> Mapping[str, Mapping[str, list[str]]]:
    """words.toml: section → name → [Russian, English]; a dictionary's section is `dictionaries.NAME`."""
    loaded = tomllib.loads(files(__package__).joinpath("words.toml").read_text("utf-8"))
    dictionaries = loaded.pop("dictionaries")
    return loaded | {f"dictionaries.{name}": codes for name, codes in dictionaries.items()}


def text_of(section: str, name: str, language: Language) -> str:
    """The text of a name in a section of words.toml. Raises MissingWords."""
    both = all_words().get(section, {}).get(name)
    if both is None:
        raise MissingWords(f'words.toml, [{section}]: add "{name}" = ["по-русски", "in English"]')
    return both[_PLACE[language]]


def field_text(struct: str, field: str, language: Language) -> str:
    """The struct's own text of a field, or the text for all fields of this name. Raises MissingWords."""
    own = f"{struct}.{field}"
    return text_of("fields", own if own in all_words()["fields"] else f"*.{field}", language)
