"""Checks of a page's HTML and headers for tests: valid, labelled, without inline code.

Only this module needs html5lib.
"""

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

Element = Any  # xml.etree.ElementTree.Element

# Inputs that a person does not fill in, or that have a label of their own.
_UNLABELLED_INPUTS = {"hidden", "submit", "reset", "button", "image"}
# default-src does not cover the other three.
_CSP_REQUIRED = ("default-src", "base-uri", "form-action", "frame-ancestors")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def problems_of_page(html: str, headers: Mapping[str, str], *, title_suffix: str) -> list[str]:
    """Sentences that say what is wrong with a page and how to fix it; empty for a good page.

    `title_suffix`: what every title ends with, after the text of the h1, such as " — Моё образование".
    """
    root, syntax = _parse(html)
    parents = {child: parent for parent in root.iter() for child in parent}
    return [
        *syntax,
        *_problems_of_head(root, title_suffix),
        *_problems_of_ids(root),
        *_problems_of_fields(root, parents),
        *_problems_of_names(root),
        *_problems_of_inline_code(root),
        *_problems_of_policy({name.lower(): value for name, value in headers.items()}),
    ]


def _parse(html: str) -> tuple[Element, list[str]]:
    import html5lib  # type: ignore[import-untyped]
    from html5lib.constants import E as messages  # type: ignore[import-untyped]

    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    root = parser.parse(html)
    problems = [
        f"line {position[0]}: {messages[code] % details}: correct the HTML there"
        for position, code, details in parser.errors
    ]
    return root, problems


def _problems_of_head(root: Element, title_suffix: str) -> Iterator[str]:
    if not root.get("lang"):
        yield 'the page names no language: write <html lang="ru">'
    headings = [element for element in _elements(root) if element.tag == "h1"]
    if len(headings) != 1:
        yield f"the page has {len(headings)} h1: give it exactly one, and h2 to its parts"
    title = _text(root.find("head/title"))
    if not title:
        yield "the page has no title: write <title> with the text of the h1"
    elif headings:
        expected = _text(headings[0]) + title_suffix
        if not (title.startswith(_text(headings[0])) and title.endswith(title_suffix)):
            yield f"the title is «{title}»: begin it with the h1 and end it with the suffix, «{expected}»"
    levels = [_HEADINGS.index(element.tag) + 1 for element in _elements(root) if element.tag in _HEADINGS]
    for earlier, later in itertools.pairwise(levels):
        if later > earlier + 1:
            yield f"an h{later} follows an h{earlier}: leave no level out"
    if root.find("body//main") is None:
        yield "the page has no main: put its own content into <main>"


def _problems_of_ids(root: Element) -> Iterator[str]:
    ids = Counter(element.get("id") for element in _elements(root) if element.get("id") is not None)
    for name, times in ids.items():
        if times > 1:
            yield f"the id «{name}» stands {times} times: make each id unique"
        if not name or re.search(r"\s", name):
            yield f"the id «{name}» is empty or has a space: write one word"
    for element in _elements(root):
        for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
            for target in (element.get(attribute) or "").split():
                if target not in ids:
                    yield f'{_tag(element)} has {attribute}="{target}", and no element has that id: add it'


def _problems_of_fields(root: Element, parents: Mapping[Element, Element]) -> Iterator[str]:
    labelled = {e.get("for") for e in _elements(root) if e.tag == "label" and _text(e)}
    for element in _elements(root):
        if element.tag == "form" and not element.get("action"):
            yield f"{_tag(element)} has no action: name the address that it posts to"
        if element.tag not in ("input", "select", "textarea"):
            continue
        if element.tag == "input" and element.get("type", "text").lower() in _UNLABELLED_INPUTS:
            continue
        by_label = element.get("id") in labelled if element.get("id") else False
        if not (by_label or _aria_name(element) or _inside_label(element, parents)):
            yield f"{_tag(element)} has no label: write <label for=…> with words for it"


def _problems_of_names(root: Element) -> Iterator[str]:
    for element in _elements(root):
        if element.tag == "img" and element.get("alt") is None:
            yield f'{_tag(element)} has no alt: describe the picture, or write alt="" when it only decorates'
        if element.tag == "a" and element.get("href") is not None and not _name(element):
            yield f"{_tag(element)} is an empty link: give it words or an aria-label"
        if element.tag == "button" and not _name(element):
            yield f"{_tag(element)} is an empty button: give it words or an aria-label"
        if element.tag == "a" and element.get("href") in ("", "#"):
            yield f"{_tag(element)} leads nowhere: give it an address, or make it a button"


def _problems_of_inline_code(root: Element) -> Iterator[str]:
    for element in _elements(root):
        # A block of data is not run: JSON for our own script is allowed.
        runs = element.tag == "script" and "json" not in element.get("type", "")
        if runs and not element.get("src"):
            yield "a script is inside the page: move it into a file, the CSP forbids it here"
        if element.tag == "style":
            yield "a style is inside the page: move it into the style sheet"
        for name, value in element.attrib.items():
            if name == "style":
                yield f"{_tag(element)} has a style attribute: use a class"
            if name.lower().startswith("on"):
                yield f"{_tag(element)} has {name}: listen for the event in a script file"
            if name in ("href", "src", "action") and urlsplit(value.strip()).scheme.lower() == "javascript":
                yield f"{_tag(element)} has a javascript: address: use a button and a script file"


def _problems_of_policy(headers: Mapping[str, str]) -> Iterator[str]:
    if "charset=utf-8" not in headers.get("content-type", "").lower().replace('"', ""):
        yield "the content type names no charset: send text/html; charset=utf-8"
    policy = headers.get("content-security-policy")
    if not policy:
        yield "there is no Content-Security-Policy header: send one without unsafe-*"
        return
    if "unsafe-" in policy:
        yield "the Content-Security-Policy has unsafe-*: take it out and move the code into a file"
    directives = {part.split()[0] for part in policy.split(";") if part.strip()}
    for missing in (name for name in _CSP_REQUIRED if name not in directives):
        yield f"the Content-Security-Policy has no {missing}: add it"


def _elements(root: Element) -> Iterator[Element]:
    return (element for element in root.iter() if isinstance(element.tag, str))  # comments have none


def _text(element: Element | None) -> str:
    return "" if element is None else " ".join("".join(element.itertext()).split())


def _aria_name(element: Element) -> str:
    return (element.get("aria-label") or element.get("aria-labelledby") or "").strip()


def _name(element: Element) -> str:
    pictures = "".join(image.get("alt", "") for image in element.iter("img"))
    return _aria_name(element) or _text(element) or pictures.strip()


def _inside_label(element: Element, parents: Mapping[Element, Element]) -> bool:
    above = parents.get(element)
    while above is not None:
        if above.tag == "label":
            return bool(_text(above))
        above = parents.get(above)
    return False


def _tag(element: Element) -> str:
    shown = "".join(f' {name}="{element.get(name)}"' for name in ("id", "name", "href") if element.get(name))
    return f"<{element.tag}{shown}>"
