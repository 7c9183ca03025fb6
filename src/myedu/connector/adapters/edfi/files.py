"""Streams the elements of Ed-Fi bulk files in constant memory."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, ParseError, iterparse

from myedu.contract.placeholders import filled


class EdFiError(Exception):
    """A file is missing or wrong; the message names it and says what to do."""


def bulk_file(folder: Path, name: str) -> Path:
    """`Student` → the path of Student.xml.gz or Student.xml. Raises EdFiError if there is neither."""
    for suffix in (".xml.gz", ".xml"):
        path = folder / f"{name}{suffix}"
        if path.is_file():
            return path
    raise EdFiError(f"{folder} has no {name}.xml or {name}.xml.gz: copy the district's bulk files there")


def elements(path: Path) -> Iterator[Element]:
    """The children of the root, each complete until the next one is taken. Raises EdFiError.

    Tags have no namespace: it changes with every version of the standard.
    """
    with _opened(path) as file:
        try:
            yield from _children(file)
        except (ParseError, EOFError, gzip.BadGzipFile) as error:
            raise EdFiError(f"{path} can't be read: {error}; copy it again from the district") from error


def _children(file: IO[bytes]) -> Iterator[Element]:
    # ElementTree resolves no external entities, and expat bounds the expansion of internal ones.
    depth, root = 0, None
    for event, element in iterparse(file, events=("start", "end")):  # noqa: S314 - see above
        if event == "start":
            root = element if root is None else root
            element.tag = element.tag.rpartition("}")[2]
            depth += 1
            continue
        depth -= 1
        if depth == 1 and root is not None:
            yield element
            root.clear()


def _opened(path: Path) -> IO[bytes]:
    return gzip.open(path) if path.suffix == ".gz" else path.open("rb")  # type: ignore[return-value]


def text_of(element: Element, path: str) -> str | None:
    """The text at a path below the element, None if absent, empty or a placeholder."""
    return filled(element.findtext(path, "").strip())


def need(element: Element, path: str) -> str:
    """The text at a path that the standard requires. Raises EdFiError if it is absent."""
    text = element.findtext(path, "").strip()
    if not text:
        raise EdFiError(f"a {element.tag} has no {path}: the file is not of the Data Standard 5")
    return text


def code_of(uri: str | None) -> str | None:
    """`uri://ed-fi.org/TermDescriptor#Fall Semester` → `Fall Semester`."""
    return uri.rpartition("#")[2] if uri else None
