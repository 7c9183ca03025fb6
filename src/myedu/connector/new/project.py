"""Copies the template's files into a vendor's folder."""

import re
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_PLACEHOLDER = "mysystem"
"""The project's name in the template."""
_RENAMED = {"gitignore": ".gitignore", "dockerignore": ".dockerignore"}
"""With a dot, the build of the wheel would leave them out."""


class ProjectError(Exception):
    """The folder was not made; the message says what to give."""


def write_project(name: str, into: Path) -> Path:
    """Make the folder `into/name` and return its path. Raises ProjectError."""
    if not _NAME.fullmatch(name):
        raise ProjectError(
            f"{name!r} is not a name: use small Latin letters, digits and hyphens, a letter first"
        )
    folder = into / name
    try:
        folder.mkdir(parents=True)
        for file in template_files():
            target = folder / _RENAMED.get(file.name, file.name)
            target.write_text(file.read_text(encoding="utf-8").replace(_PLACEHOLDER, name), encoding="utf-8")
    except FileExistsError:
        raise ProjectError(f"{folder} exists and is not overwritten: give another name") from None
    except OSError as error:
        raise ProjectError(f"{folder} can't be written: {error.strerror}") from None
    return folder


def template_files() -> list[Traversable]:
    """The files of the template, sorted by name."""
    entries = files("myedu.connector.new").joinpath("template").iterdir()
    return sorted((entry for entry in entries if entry.is_file()), key=lambda entry: entry.name)
