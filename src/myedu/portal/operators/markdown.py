"""The Markdown that the runbooks are written in, as blocks that a template shows: no HTML passes through.

Headings, paragraphs, lists, tables, code, links; what else Markdown has stays as it is written.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from myedu.kit.web.pages import View

LinkTo = Callable[[str], str]
"""The address that a link of the text leads to here; "": nowhere, only its words are shown."""
BlockKind = Literal["h1", "h2", "h3", "p", "pre", "ul", "ol", "table"]

_INLINE = re.compile(r"`(?P<code>[^`]+)`|\*\*(?P<strong>.+?)\*\*|\[(?P<text>[^\]]+)\]\((?P<href>[^)\s]+)\)")
_HEADING = re.compile(r"(#{1,3}) (.+)")
_ITEM = re.compile(r"(?P<mark>[-*]|\d+\.) +(?P<text>.*)")
_CELL = re.compile(r"(?<!\\)\|")
_NOT_IN_ANCHOR = re.compile(r"[^\w\- ]")


class Piece(View, frozen=True):
    """Words of a line. `kind`: code, strong or plain; `href`: a link's."""

    text: str
    kind: Literal["", "code", "strong"] = ""
    href: str = ""


Line = tuple[Piece, ...]


class Block(View, frozen=True):
    """One block. `lines`: one of a heading or paragraph, the items of a list; `rows`: head first."""

    kind: BlockKind
    anchor: str = ""
    text: str = ""  # of pre
    lines: tuple[Line, ...] = ()
    rows: tuple[tuple[Line, ...], ...] = ()


def blocks_of(text: str, link_to: LinkTo) -> tuple[Block, ...]:
    """The blocks of a text."""
    return tuple(_blocks(text.splitlines(), link_to))


def anchor_of(heading: str) -> str:
    """The anchor of a heading, as GitHub makes it."""
    plain = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", heading)
    return _NOT_IN_ANCHOR.sub("", plain.lower()).strip().replace(" ", "-")


def plain(line: Line) -> str:
    """A line's words without their marks."""
    return "".join(piece.text for piece in line)


def _blocks(lines: Sequence[str], link_to: LinkTo) -> Iterator[Block]:
    place = 0
    while place < len(lines):
        line = lines[place]
        if not line.strip():
            place += 1
        elif line.lstrip().startswith("```"):
            end = _end_of(lines, place + 1, lambda one: one.lstrip().startswith("```"))
            yield Block(kind="pre", text=_dedented(lines[place + 1 : end]))
            place = end + 1
        elif found := _HEADING.fullmatch(line):
            kinds: tuple[BlockKind, ...] = ("h1", "h2", "h3")
            yield Block(
                kind=kinds[len(found[1]) - 1],
                anchor=anchor_of(found[2]),
                lines=(_line(found[2], link_to),),
            )
            place += 1
        elif line.startswith(("    ", "\t")):
            end = _end_of(lines, place, lambda one: bool(one.strip()) and not one.startswith((" ", "\t")))
            yield Block(kind="pre", text=_dedented(lines[place:end]))
            place = end
        elif line.startswith("|"):
            end = _end_of(lines, place, lambda one: not one.startswith("|"))
            yield Block(kind="table", rows=tuple(_rows(lines[place:end], link_to)))
            place = end
        elif _ITEM.match(line):
            end = _end_of(lines, place + 1, _ends_list)
            kind: BlockKind = "ol" if line[0].isdigit() else "ul"
            yield Block(kind=kind, lines=tuple(_items(lines[place:end], link_to)))
            place = end
        else:
            end = _end_of(lines, place, _ends_paragraph)
            yield Block(kind="p", lines=(_line(" ".join(map(str.strip, lines[place:end])), link_to),))
            place = end


def _end_of(lines: Sequence[str], start: int, is_end: Callable[[str], bool]) -> int:
    return next((place for place in range(start, len(lines)) if is_end(lines[place])), len(lines))


def _ends_paragraph(line: str) -> bool:
    return not line.strip() or line.startswith(("#", "|", "```")) or bool(_ITEM.match(line))


def _ends_list(line: str) -> bool:
    """A list goes on in its items and in lines that are indented."""
    return not (_ITEM.match(line) or (line.startswith("  ") and line.strip()))


def _items(lines: Sequence[str], link_to: LinkTo) -> Iterator[Line]:
    texts: list[str] = []
    for line in lines:
        if found := _ITEM.match(line):
            texts.append(found["text"])
        else:
            texts[-1] += f" {line.strip()}"
    return (_line(text, link_to) for text in texts)


def _rows(lines: Sequence[str], link_to: LinkTo) -> Iterator[tuple[Line, ...]]:
    for number, line in enumerate(lines):
        if number != 1:  # the line of dashes below the head
            cells = _CELL.split(line.strip().strip("|"))
            yield tuple(_line(cell.strip().replace("\\|", "|"), link_to) for cell in cells)


def _dedented(lines: Sequence[str]) -> str:
    filled = [line for line in lines if line.strip()]
    margin = min((len(line) - len(line.lstrip()) for line in filled), default=0)
    return "\n".join(line[margin:].rstrip() for line in lines).strip("\n")


def _line(text: str, link_to: LinkTo) -> Line:
    return tuple(_pieces(text, link_to))


def _pieces(text: str, link_to: LinkTo) -> Iterator[Piece]:
    place = 0
    for found in _INLINE.finditer(text):
        if found.start() > place:
            yield Piece(text=text[place : found.start()])
        if found["code"] is not None:
            yield Piece(text=found["code"], kind="code")
        elif found["strong"] is not None:
            yield Piece(text=found["strong"].replace("`", ""), kind="strong")
        else:
            yield Piece(text=found["text"].replace("`", ""), href=link_to(found["href"]))
        place = found.end()
    if place < len(text):
        yield Piece(text=text[place:])
