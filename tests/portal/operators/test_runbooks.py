"""The runbooks: every code has its section, every link leads somewhere, and the pages are good pages."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import myedu
from myedu.portal.app import words_of
from myedu.portal.exports.report.words import PACKAGE_WORDS
from myedu.portal.federation import models
from myedu.portal.operators.markdown import Block, anchor_of, blocks_of, plain
from myedu.portal.operators.runbooks import About, runbooks, section_of
from myedu.portal.operators.troubles import trouble
from tests.portal.operators.conftest import MOTHER, TEACHER, OperatorsPortal

SOURCE = Path(myedu.__file__).parent
_ERRORS = {"JournalError", "JournalSilent", "JournalWrong", "JournalRefuses", "NotThere", "CursorGone"}


def journal_codes() -> set[str]:
    """Every code that the client of a journal raises, and those of the federation's own."""
    found = {models.SLOW, models.NOT_REGISTERED, models.NO_SUCH_POST, models.BUSY, models.RESTING}
    for path in (
        *(SOURCE / "connector" / "sdk").rglob("*.py"),
        *(SOURCE / "portal" / "federation").rglob("*.py"),
    ):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in _ERRORS and node.args:
                code = node.args[0]
                if isinstance(code, ast.Constant):
                    found.add(code.value)
    return found


CODES: list[tuple[str, About]] = [
    *((code, "region-down") for code in sorted(journal_codes())),
    *((code, "packages") for codes in PACKAGE_WORDS.values() for code in codes),
]


def test_there_are_many_codes() -> None:
    assert {"unreachable", "wrong-student", "certificate", "cut", "too-large"} <= journal_codes()
    assert len(CODES) > 50


@pytest.mark.parametrize(("code", "about"), CODES)
def test_every_code_has_a_section_that_exists(code: str, about: About) -> None:
    section = section_of(code, about)
    assert section is not None, f"docs/operations/{about}.md: a heading must name `{code}`"
    anchors = {block.anchor for block in runbooks()[section.runbook].blocks}
    assert section.anchor in anchors


@pytest.mark.parametrize("code", sorted(journal_codes()))
@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_code_of_a_journal_has_words(code: str, language: str) -> None:
    words = words_of()[language]
    assert trouble(words, code) != trouble(words, "a code that nobody knows")


def test_the_runbooks_of_the_checkout_are_all_there() -> None:
    folder = SOURCE.parents[1] / "docs" / "operations"
    assert set(runbooks()) == {path.stem for path in folder.glob("*.md")}


def pieces(block: Block) -> Iterator[str]:
    for line in (*block.lines, *(cell for row in block.rows for cell in row)):
        yield from (piece.href for piece in line if piece.href)


@pytest.mark.parametrize("name", sorted(runbooks()))
def test_links_among_runbooks_lead_to_a_section(name: str) -> None:
    for block in runbooks()[name].blocks:
        for href in pieces(block):
            if href.startswith("https://"):
                continue
            address, _, anchor = href.partition("#")
            target = address.removeprefix("/operator/runbooks/") or name
            assert target in runbooks(), href
            assert not anchor or anchor in {one.anchor for one in runbooks()[target].blocks}, href


@pytest.mark.parametrize("name", sorted(runbooks()))
def test_no_word_of_a_runbook_is_lost(name: str) -> None:
    """Against the file itself: every word stands on the page, in the same order."""
    text = (SOURCE.parents[1] / "docs" / "operations" / f"{name}.md").read_text()
    text = re.sub(r"\]\([^)\s]+\)", "", text)
    text = re.sub(r"^ *```.*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"^\|[-|: ]+\|$", "", text, flags=re.MULTILINE)
    runbook = runbooks()[name]
    shown = [runbook.title]
    for block in runbook.blocks:
        shown += [block.text, *map(plain, block.lines), *(plain(cell) for row in block.rows for cell in row)]
    text = re.sub(r"^ {0,3}\d+\. ", "", text, flags=re.MULTILINE)
    assert re.findall(r"\w+", " ".join(shown)) == re.findall(r"\w+", text)


def test_markdown_becomes_blocks_and_no_html() -> None:
    blocks = blocks_of(
        "## A `code`\n\nSee [there](other.md) and **this**.\n\n- one\n  goes on\n- <b>two</b>\n\n"
        "    $ run\n      more\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
        lambda href: f"/{href}",
    )
    assert [block.kind for block in blocks] == ["h2", "p", "ul", "pre", "table"]
    assert blocks[0].anchor == "a-code" == anchor_of("A `code`")
    assert [(piece.text, piece.href) for piece in blocks[1].lines[0]][1] == ("there", "/other.md")
    assert [plain(line) for line in blocks[2].lines] == ["one goes on", "<b>two</b>"]
    assert blocks[3].text == "$ run\n  more"
    assert [[plain(cell) for cell in row] for row in blocks[4].rows] == [["a", "b"], ["1", "2"]]


async def test_an_operator_reads_every_runbook(portal: OperatorsPortal) -> None:
    async with portal.operator() as browser:
        page = await browser.get("/operator/runbooks")
        assert (page.status, page.h1) == (200, "Инструкции")
        for name, runbook in runbooks().items():
            assert f'href="/operator/runbooks/{name}"' in page.html
            shown = await browser.get(f"/operator/runbooks/{name}")
            assert (shown.status, shown.h1) == (200, runbook.title)
        assert (await browser.get("/operator/runbooks/nothing")).status == 404
        assert (await browser.get("/operator/runbooks/..%2Fbackup")).status == 404


@pytest.mark.parametrize("oid", [MOTHER, TEACHER])
async def test_whoever_is_no_operator_reads_none(portal: OperatorsPortal, oid: int) -> None:
    async with portal.world.signed_in(oid) as (browser, _):
        for path in ("/operator/runbooks", "/operator/runbooks/region-down"):
            assert (await browser.get(path)).status == 404
