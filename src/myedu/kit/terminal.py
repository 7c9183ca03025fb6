"""What commands say in a terminal: in Russian or English, as the person who typed them reads.

A sentence's id is its English text, as in `kit.i18n`; the Russian ones are in a package's `terminal_ru.py`.
This module needs the standard library only, because a vendor's commands use it.
"""

import argparse
import difflib
import os
import re
import shutil
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from datetime import date
from typing import Any, Literal, NoReturn, TextIO

from myedu.kit.argparse_ru import ARGPARSE_RU

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
    """An argument parser that speaks the terminal's language; its errors name the way to help."""

    def __init__(self, **options: Any) -> None:
        """As argparse.ArgumentParser, which makes the parsers of commands by this class too."""
        _translate_argparse()
        super().__init__(add_help=False, **options)
        self._positionals.title, self._optionals.title = tr("arguments"), tr("options")
        self.add_argument("-h", "--help", action="help", help=tr("show this help and exit"))

    def error(self, message: str) -> NoReturn:
        """Print usage, what is wrong and where to read on; the exit status is 2."""
        self.print_usage(sys.stderr)
        sentence = argparse._("%(prog)s: error: %(message)s\n")  # type: ignore[attr-defined]
        help_line = tr("`{program} --help` says more", program=self.prog)
        self.exit(2, sentence % {"prog": self.prog, "message": message} + f"{help_line}\n")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """For a command that doesn't exist name those that do, without old names, and the nearest one."""
        if isinstance(action, argparse._SubParsersAction) and value not in (action.choices or ()):
            names = [choice.dest for choice in action._choices_actions]
            sentence = tr(
                "there is no command {name}; there are: {names}", name=value, names=", ".join(names)
            )
            if near := difflib.get_close_matches(str(value), names, 1):
                sentence += f"; {tr('did you mean {name}?', name=near[0])}"
            raise argparse.ArgumentError(None, sentence)
        super()._check_value(action, value)


def day(text: str) -> date:
    """The type of an argument that is a day. Raises argparse.ArgumentTypeError."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(tr("{text} is no day: write it as 2026-09-01", text=text)) from None


def _translate_argparse() -> None:
    """argparse takes its words from gettext by these names of its module; there is no other way to them."""
    words: dict[str, Any] = {"_": _argparse_word, "ngettext": _argparse_plural}
    vars(argparse).update(words)


def _argparse_word(english: str) -> str:
    return ARGPARSE_RU.get(english, english) if language() == "ru" else english


def _argparse_plural(singular: str, plural: str, count: int) -> str:
    return _argparse_word(singular if count == 1 else plural)


_SHARED_RU = {
    "arguments": "аргументы",
    "options": "ключи",
    "show this help and exit": "показать эту справку и выйти",
    "`{program} --help` says more": "подробнее: `{program} --help`",
    "there is no command {name}; there are: {names}": "нет команды {name}; есть: {names}",
    "did you mean {name}?": "может быть, {name}?",
    "{text} is no day: write it as 2026-09-01": "{text} — не дата: пишите так: 2026-09-01",
    # kit.db
    "no connection to PostgreSQL within {seconds} s: see that it runs and that MYEDU_DATABASE_URL names it": (
        "за {seconds} с нет соединения с PostgreSQL: работает ли он и верно ли он назван в MYEDU_DATABASE_URL"
    ),
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


def table(rows: Sequence[Sequence[str]], *, columns: int | None = None) -> str:
    """Rows of cells, the first with the names of the columns, as aligned lines.

    Where the lines would be longer than the terminal is wide, each row is a block of lines `name  cell`: a
    line that is broken can't be read, and a cell that is cut can't be copied. `columns`: the terminal's
    width; None: as it is, and any width outside a terminal.
    """
    plain = [[_plain(cell) for cell in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(*plain, strict=True)]
    width = terminal_columns() if columns is None else columns
    if width and sum(widths) + 2 * (len(widths) - 1) > width:
        return _blocks(plain)
    return "\n".join(_line(row, widths) for row in plain)


def terminal_columns() -> int:
    """How wide the terminal of standard output is; 0 outside a terminal."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 0


def redraws(stream: TextIO) -> bool:
    """Whether a line can be drawn over: on a terminal that understands control sequences."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def _blocks(rows: Sequence[Sequence[str]]) -> str:
    names, *others = rows
    widest = max(map(_width, names))
    return "\n\n".join(
        "\n".join(_line((name, cell), (widest, 0)) for name, cell in zip(names, row, strict=True))
        for row in others
    )


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip()


def _width(text: str) -> int:
    """Columns that a terminal gives a text: accents stand over a letter, East Asian letters take two."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def _plain(cell: str) -> str:
    """In one line and without control characters: names of a journal must not steer the terminal."""
    return "".join(
        " " if unicodedata.category(letter) in ("Cc", "Cf", "Zl", "Zp") else letter for letter in cell
    )
