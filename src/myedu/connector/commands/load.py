"""Find a vendor's journal: in a file, or under an importable name."""

import importlib
import importlib.util
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any

from myedu.connector.simple.journal import SimpleJournal


class LoadError(Exception):
    """There is no journal to load; the sentence says what to write."""


def load_journal(spec: str) -> Any:
    """A SimpleJournal, or whatever object `spec` names. Raises LoadError.

    `journal.py`: its one SimpleJournal. `journal.py:Name`, `package.module:Name`: a class or a function,
    which is called without arguments, or an object.
    """
    place, _, name = spec.partition(":")
    module = _file(Path(place)) if place.endswith(".py") else _module(place)
    if not name:
        return _make(_only_journal(module, place), place)
    found = getattr(module, name, None)
    if found is None:
        raise LoadError(f"{place} has no {name}: write its class, or name another behind the colon")
    return _make(found, spec)


def simple_journal(spec: str) -> SimpleJournal:
    """Raises LoadError where it is no SimpleJournal."""
    found = load_journal(spec)
    if isinstance(found, SimpleJournal):
        return found
    raise LoadError(
        f"{spec} is a {type(found).__name__} and no SimpleJournal: its exports are written with"
        " connector.sdk.export.write_package"
    )


def _file(path: Path) -> ModuleType:
    if not path.is_file():
        raise LoadError(f"{path} is not there: name your file with --journal, or `myedu connector new` one")
    folder = str(path.resolve().parent)
    if folder not in sys.path:
        sys.path.insert(0, folder)  # its neighbours, as `python journal.py` finds them
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module  # dataclasses look there
    _careful(str(path), lambda: spec.loader.exec_module(module))
    return module


def _module(name: str) -> ModuleType:
    found: ModuleType = _careful(name, lambda: importlib.import_module(name))
    return found


def _make(found: Any, spec: str) -> Any:
    return _careful(spec, found) if callable(found) else found


def _careful(what: str, do: Any) -> Any:
    """Whatever the vendor's code raises becomes a sentence with its place."""
    try:
        return do()
    except Exception as error:
        raise LoadError(f"{what}: {told(error)}") from error


def told(error: Exception) -> str:
    """What the vendor's own code raised, and where, on one line."""
    if isinstance(error, SyntaxError):
        return f"SyntaxError: {error.msg} ({error.filename}:{error.lineno})"
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({last.filename}:{last.lineno})"


def _only_journal(module: ModuleType, place: str) -> type[SimpleJournal]:
    found = [
        one
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, SimpleJournal) and one.__module__ == module.__name__
    ]
    if len(found) == 1:
        return found[0]
    names = ", ".join(one.__name__ for one in found) or "none"
    raise LoadError(f"{place} should have one class of SimpleJournal, it has {names}: name one, {place}:Name")
