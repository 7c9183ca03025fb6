"""The sentences of the public specification: words.toml, by struct, field, code, error and method."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

Language = Literal["ru", "en"]
LANGUAGES: tuple[Language, ...] = ("ru", "en")
_PLACE: dict[Language, int] = {"ru": 0, "en": 1}


class NoWords(Exception):
    """The contract has something that words.toml says nothing of; the message says which line to add."""


@cache
def all_words() -> Mapping[str, Mapping[str, list[str]]]:
    """words.toml: section → name → [Russian, English]; a dictionary's section is `dictionaries.NAME`."""
    loaded = tomllib.loads(files(__package__).joinpath("words.toml").read_text("utf-8"))
    dictionaries = loaded.pop("dictionaries")
    return loaded | {f"dictionaries.{name}": codes for name, codes in dictionaries.items()}


def said(section: str, name: str, language: Language) -> str:
    """The sentence of one thing. Raises NoWords."""
    both = all_words().get(section, {}).get(name)
    if both is None:
        raise NoWords(f'words.toml, [{section}]: add "{name}" = ["по-русски", "in English"]')
    return both[_PLACE[language]]


def said_of_field(struct: str, field: str, language: Language) -> str:
    """The struct's own sentence of a field, or that of all fields of this name."""
    own = f"{struct}.{field}"
    return said("fields", own if own in all_words()["fields"] else f"*.{field}", language)
