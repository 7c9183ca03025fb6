"""The runbooks of docs/operations, which the wheel carries; which section is about a code."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from myedu.portal.operators import links
from myedu.portal.operators.markdown import Block, Line, blocks_of, plain

_PACKAGED = Path(__file__).with_name("runbooks")
_CHECKOUT = Path(__file__).parents[4] / "docs" / "operations"
_LOCAL = re.compile(r"(?:([a-z0-9-]+)\.md)?(#[\w-]+)?")
About = Literal["region-down", "packages"]
"""Runbooks whose sections of the third level are about codes: a heading, or the line `Codes:`, names them.

Journals and packages have codes of their own; `failed` is one of each.
"""
_CODES_LINE = "Codes:"


class Runbook(msgspec.Struct, frozen=True):
    """One runbook. `blocks`: without its title."""

    name: str
    title: str
    blocks: tuple[Block, ...]


class Section(msgspec.Struct, frozen=True):
    """Where a runbook says what to do about a trouble."""

    runbook: str
    anchor: str
    title: str

    @property
    def href(self) -> str:
        """Its address among the operators' pages."""
        return f"{links.runbook(self.runbook)}#{self.anchor}"


@cache
def runbooks() -> dict[str, Runbook]:
    """Name → runbook, in the order of the names."""
    folder = _PACKAGED if _PACKAGED.is_dir() else _CHECKOUT
    return {path.stem: _read(path) for path in sorted(folder.glob("*.md"))}


@cache
def section_of(code: str, about: About) -> Section | None:
    """The section about a code of a journal's or a package's trouble."""
    for section, patterns in _sections(runbooks()[about]):
        if any(re.fullmatch(pattern, code) for pattern in patterns):
            return section
    return None


def _sections(runbook: Runbook) -> Iterator[tuple[Section, tuple[str, ...]]]:
    for place, block in enumerate(runbook.blocks):
        if block.kind != "h3":
            continue
        (title,) = block.lines
        named = [*title]
        following = runbook.blocks[place + 1 : place + 2]
        if following and following[0].kind == "p" and plain(following[0].lines[0]).startswith(_CODES_LINE):
            named += following[0].lines[0]
        section = Section(runbook.name, block.anchor, plain(title))
        yield section, tuple(_patterns(tuple(named)))


def _patterns(line: Line) -> Iterator[str]:
    """Codes in a line; `wrong-…` stands for all that begin so."""
    for piece in line:
        if piece.kind == "code":
            yield re.escape(piece.text).replace("…", "[a-z-]+")


def _read(path: Path) -> Runbook:
    title, *rest = blocks_of(path.read_text(encoding="utf-8"), _link_to)
    return Runbook(path.stem, plain(title.lines[0]), tuple(rest))


def _link_to(href: str) -> str:
    """Links among runbooks stay links; other files of the checkout are not on the portal."""
    if href.startswith("https://"):
        return href
    found = _LOCAL.fullmatch(href)
    if found is None:
        return ""
    name, fragment = found[1], found[2] or ""
    return f"{links.runbook(name)}{fragment}" if name else fragment
