"""The template's files → a vendor's folder."""

import re
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_WORD = "mysystem"
"""Stands in the template for the project's name."""
_RENAMED = {"gitignore": ".gitignore", "dockerignore": ".dockerignore"}
"""A dot would hide them from whoever packs the wheel."""


class ProjectError(Exception):
    """The folder was not made; the sentence says what to give."""


def write_project(name: str, into: Path) -> Path:
    """Make `into/name` and give its path. Raises ProjectError."""
    if not _NAME.fullmatch(name):
        raise ProjectError(f"{name!r} is no name: small Latin letters, digits and hyphens, a letter first")
    folder = into / name
    try:
        folder.mkdir(parents=True)
        for file in template_files():
            target = folder / _RENAMED.get(file.name, file.name)
            target.write_text(file.read_text(encoding="utf-8").replace(_WORD, name), encoding="utf-8")
    except FileExistsError:
        raise ProjectError(f"{folder} exists and is left as it is: give another name") from None
    except OSError as error:
        raise ProjectError(f"{folder} can't be written: {error.strerror}") from None
    return folder


def template_files() -> list[Traversable]:
    """In the order of their names."""
    found = files("myedu.connector.new").joinpath("template").iterdir()
    return sorted((one for one in found if one.is_file()), key=lambda one: one.name)
