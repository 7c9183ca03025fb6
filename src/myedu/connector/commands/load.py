"""Loads a vendor's journal from a file or an importable name."""

import importlib
import importlib.util
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from myedu.connector.sdk.system import JournalSystem
from myedu.connector.simple.journal import SimpleJournal

T = TypeVar("T")


class LoadError(Exception):
    """The journal can't be loaded; the message says what to write."""


def load_journal(spec: str) -> SimpleJournal | JournalSystem:
    """The journal that `spec` names. Raises LoadError.

    `journal.py`: its only SimpleJournal. `journal.py:Name`, `package.module:Name`: a class or a function,
    which is called without arguments, or an object.
    """
    place, _, name = spec.partition(":")
    module = _load_file(Path(place)) if place.endswith(".py") else _load_module(place)
    if not name:
        return _made(_only_journal(module, place), place)
    found = vars(module).get(name)
    if found is None:
        raise LoadError(f"{place} has no {name}: write this class, or give another name after the colon")
    return _made(found, spec)


def load_simple_journal(spec: str) -> SimpleJournal:
    """`load_journal` for a SimpleJournal only. Raises LoadError."""
    journal = load_journal(spec)
    if isinstance(journal, SimpleJournal):
        return journal
    raise LoadError(
        f"{spec} is a {type(journal).__name__} and not a SimpleJournal: write its exports with"
        " connector.sdk.export.write_package"
    )


def _load_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise LoadError(
            f"{path} doesn't exist: name your file with --journal, or make one by `myedu connector new`"
        )
    folder = str(path.resolve().parent)
    if folder not in sys.path:
        sys.path.insert(0, folder)  # for its own imports, as with `python journal.py`
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module  # dataclasses look it up there
    loader = spec.loader
    _run_vendor_code(str(path), lambda: loader.exec_module(module))
    return module


def _load_module(name: str) -> ModuleType:
    return _run_vendor_code(name, lambda: importlib.import_module(name))


def _made(found: object, spec: str) -> SimpleJournal | JournalSystem:
    journal = _run_vendor_code(spec, found) if callable(found) else found
    if isinstance(journal, SimpleJournal | JournalSystem):
        return journal
    raise LoadError(
        f"{spec} is a {type(journal).__name__}, neither a SimpleJournal nor a JournalSystem:"
        " write at least capabilities(), schedule(), homework() and marks()"
    )


def _run_vendor_code(what: str, function: Callable[[], T]) -> T:
    """Raises LoadError for whatever the vendor's code raises."""
    try:
        return function()
    except Exception as error:
        raise LoadError(f"{what}: {error_line(error)}") from error


def error_line(error: Exception) -> str:
    """What the vendor's code raised and where, in one line."""
    if isinstance(error, SyntaxError):
        return f"SyntaxError: {error.msg} ({error.filename}:{error.lineno})"
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({last.filename}:{last.lineno})"


def _only_journal(module: ModuleType, place: str) -> type[SimpleJournal]:
    journals = [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, SimpleJournal)
        and value.__module__ == module.__name__
    ]
    if len(journals) == 1:
        return journals[0]
    names = ", ".join(journal.__name__ for journal in journals) or "none"
    raise LoadError(f"{place} should have one class of SimpleJournal, it has {names}: write {place}:Name")
