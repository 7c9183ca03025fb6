"""Checks of a page in a browser: axe-core's rules, and what axe does not see."""

from functools import cache
from pathlib import Path

import pytest
from playwright.async_api import Page

AXE = Path(__file__).resolve().parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MOST_STOPS = 150
"""The check ends after so many stops of the Tab key."""

# axe doesn't scroll, and reports as too small what the bottom bar covers, so the bar is static for it.
# lost_focus checks that no focused element stays covered.
_RUN = """async (tags) => {
  const bars = [...document.querySelectorAll('.place')];
  for (const bar of bars) bar.style.position = 'static';
  const found = await axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']});
  for (const bar of bars) bar.style.position = '';
  return found.violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.target} ${node.html}`));
}"""
_SMALL = """() => {
  const inSentence = element => element.matches('p a, li a, h3 a, td a')
    && getComputedStyle(element).display === 'inline';  // WCAG 2.5.8 leaves these out
  return [...document.querySelectorAll('a, button, input, select, summary')]
    .map(element => element.matches('[type=radio], [type=checkbox]') ? element.closest('label') : element)
    .filter(element => element.checkVisibility() && !element.closest('.skip') && !inSentence(element))
    .map(element => [element.getBoundingClientRect(), element.outerHTML.slice(0, 90)])
    .filter(([box]) => box.width && (box.width < 24 || box.height < 24))
    .map(([box, html]) => `${Math.round(box.width)}×${Math.round(box.height)} ${html}`);
}"""
_WIDER = """() => {
  const [shown, whole] = [document.documentElement.clientWidth, document.documentElement.scrollWidth];
  if (whole <= shown) return [];
  return [...document.body.querySelectorAll('*')]
    .filter(element => element.getBoundingClientRect().right > shown + 1)
    .map(element => `${whole} > ${shown}: ${element.outerHTML.slice(0, 90)}`).slice(0, 3);
}"""
_FOCUS = """() => {
  const element = document.activeElement;
  if (element === document.body) return null;
  const box = element.getBoundingClientRect(), style = getComputedStyle(element);
  const [x, y] = [box.left + box.width / 2, box.top + Math.min(box.height / 2, 20)];
  const top = document.elementFromPoint(x, y);
  return {
    html: element.outerHTML.slice(0, 90),
    outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    covered: !top || !(element.contains(top) || top.contains(element)),
  };
}"""


@cache
def _axe() -> str:
    if not AXE.is_file():
        pytest.skip(f"{AXE} is absent: run `make setup`")
    return AXE.read_text(encoding="utf-8")


async def axe(page: Page) -> list[str]:
    """Violations, one line each. axe is injected by the debugger, to which the page's CSP does not apply."""
    await page.evaluate(_axe())
    return await page.evaluate(_RUN, TAGS)


async def too_small(page: Page) -> list[str]:
    """Controls smaller than 24 × 24 px."""
    return await page.evaluate(_SMALL)


async def sideways(page: Page) -> list[str]:
    """Elements that make the page wider than its window."""
    return await page.evaluate(_WIDER)


async def lost_focus(page: Page) -> list[str]:
    """Stops of the Tab key whose focus ring is not visible, or that something covers."""
    problems = []
    for _ in range(MOST_STOPS):
        await page.keyboard.press("Tab")
        stop = await page.evaluate(_FOCUS)
        if stop is None:
            break
        if stop["covered"]:
            problems.append(f"covered: {stop['html']}")
        if not stop["outlined"]:
            problems.append(f"no ring: {stop['html']}")
    return problems
