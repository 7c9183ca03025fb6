"""What commands say in a terminal: in Russian or English, as the person who typed them reads.

A sentence's id is its English text, as in `kit.i18n`; the Russian ones are in a package's `terminal_ru.py`.
This module needs the standard library only, because a vendor's commands use it.
"""

import argparse
import os
import re
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from typing import Any, Literal

Language = Literal["ru", "en"]
LANGUAGES: tuple[Language, ...] = ("ru", "en")

# Who reads these reads Russian rather than English, as on the pages (kit.i18n).
_READ_RUSSIAN = ("ru", "tt", "sah")
# MYEDU_LANG is `myedu --lang`, for the programs that a command starts too.
_VARIABLES = ("MYEDU_LANG", "LC_ALL", "LC_MESSAGES", "LANG")

_russian: ContextVar[Mapping[str, str]] = ContextVar("russian")


def language() -> Language:
    """The terminal's language, by the first of these variables that is set; English without any."""
    locale = next((value for name in _VARIABLES if (value := os.environ.get(name))), "")
    code = re.split(r"[-_.@]", locale)[0].lower()
    return "ru" if code in _READ_RUSSIAN else "en"


def set_language(chosen: str) -> None:
    """From now on, in this process and in those that it starts."""
    os.environ["MYEDU_LANG"] = chosen


def use_catalogue(russian: Mapping[str, str]) -> None:
    """The Russian sentences of the program that runs: English → Russian."""
    _russian.set(russian)


def tr(sentence: str, /, **values: object) -> str:
    """The sentence in the terminal's language, its {placeholders} filled; English if there is no other."""
    if language() == "ru":
        sentence = _russian.get(_SHARED_RU).get(sentence, _SHARED_RU.get(sentence, sentence))
    return sentence.format(**values) if values else sentence


class Parser(argparse.ArgumentParser):
    """An argument parser whose frame is in the terminal's language. argparse's own errors stay in English."""

    def __init__(self, **options: Any) -> None:
        """As argparse.ArgumentParser, which makes the parsers of commands by this class too."""
        super().__init__(add_help=False, **options)
        self._positionals.title, self._optionals.title = tr("arguments"), tr("options")
        self.add_argument("-h", "--help", action="help", help=tr("show this help and exit"))


_SHARED_RU = {
    "arguments": "аргументы",
    "options": "ключи",
    "show this help and exit": "показать эту справку и выйти",
    # kit.serve
    "another program listens there: stop it, or choose another port": (
        "там слушает другая программа: остановите её или выберите другой порт"
    ),
    "can't listen on {host}, port {port}: {reason}": "нельзя слушать {host}, порт {port}: {reason}",
    # kit.private_files
    "others can read this key (mode {mode}): chmod 600 {file}; make a new one if anyone may have read it": (
        "этот ключ могут прочитать другие (права {mode}): chmod 600 {file}; если его могли прочитать,"
        " сделайте новый"
    ),
    # Progress.
    "rows": "строк",
    "bytes": "байт",
    "{time} left": "осталось {time}",
    "{done} of {total}": "{done} из {total}",
    "{done} in {time}": "{done} за {time}",
}


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows of cells, the first with the names of the columns, as aligned lines."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
