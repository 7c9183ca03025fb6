"""The report as one HTML file without scripts, which a region can publish as it is."""

import base64
import hashlib
from collections.abc import Iterator
from datetime import datetime
from html import escape
from importlib.resources import files
from string import Template

from myedu.connector.conformance.mask import Shown, shown
from myedu.connector.conformance.report import Report, Result
from myedu.connector.conformance.reports import words
from myedu.connector.conformance.reports.terminal import verdict
from myedu.connector.conformance.rule import GROUPS, Both, Language

_SHOWN_ANSWERS = 3
"""Exchanges a broken rule shows; the JSON report has all."""


def as_page(report: Report, language: Language, *, public: bool = False) -> bytes:
    """`public`: hides ids and texts in the requests and answers that are shown."""
    template = Template((files(__package__) / "page.html").read_text(encoding="utf-8"))
    style = (files(__package__) / "page.css").read_text(encoding="utf-8")
    return template.substitute(
        language=language,
        policy=_policy(style),
        style=style,
        title=_in(words.TITLE, language),
        system=escape(report.system or report.base_url),
        address=escape(report.base_url),
        verdict=_in(verdict(report), language),
        tone={0: "kept", 1: "broken", 2: "unsure"}[report.exit_status],
        facts="".join(
            f"<div><dt>{name}</dt><dd>{text}</dd></div>" for name, text in _facts(report, language)
        ),
        to_mend="\n".join(_to_mend(report, language, public)),
        all_rules=_in(words.ALL_RULES, language),
        groups="\n".join(_group(report, group, language) for group in GROUPS if _of(report, group)),
        note="" if public or not report.broken() else f"<p>{_in(words.PERSONAL, language)}</p>",
    ).encode()


def _policy(style: str) -> str:
    """Nothing is fetched, nothing runs; the one style sheet is known by its sum."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _facts(report: Report, language: Language) -> Iterator[tuple[str, str]]:
    yield _in(words.JUDGED, language), _moment(report.judged_at)
    yield _in(words.RULES, language), str(len(report.results))
    for outcome, name in words.OUTCOMES.items():
        if number := report.counts[outcome]:
            yield _in(name, language), str(number)
    yield _in(words.REQUESTS, language), f"{report.requests}"


def _moment(at: datetime) -> str:
    return f'<time datetime="{at.isoformat()}">{at:%d.%m.%Y %H:%M} UTC</time>'


def _to_mend(report: Report, language: Language, public: bool) -> Iterator[str]:
    if not report.broken():
        return
    yield f'<section class="mend"><h2>{_in(words.TO_MEND, language)}</h2>'
    for one in report.broken():
        yield _card(one, language, public)
    yield "</section>"


def _card(one: Result, language: Language, public: bool) -> str:
    exchanges = "".join(
        _exchange(shown(answer, public=public), language) for answer in one.answers[:_SHOWN_ANSWERS]
    )
    seen = escape(one.words.in_(language)) if one.words else ""
    return (
        f'<article class="card {one.outcome}" id="{one.rule.id}">'
        f"<h3>{_in(one.rule.title, language)}</h3>"
        f'<p class="id"><code>{one.rule.id}</code> {_in(words.OUTCOMES[one.outcome], language)}</p>'
        f"<dl><dt>{_in(words.SEEN, language)}</dt><dd>{seen}</dd>"
        f"<dt>{_in(words.MEND, language)}</dt><dd>{_in(one.rule.mend, language)}</dd>"
        f"<dt>{_in(words.WHY, language)}</dt><dd>{_in(one.rule.reason, language)}</dd></dl>"
        f"{exchanges}</article>"
    )


def _exchange(one: Shown, language: Language) -> str:
    first = escape(one.request.partition("\n")[0])
    return (
        f"<details><summary><code>{first}</code></summary>"
        f"<h4>{_in(words.REQUEST, language)}</h4>{_pre(one.request)}"
        f"<h4>{_in(words.ANSWER, language)}, {one.milliseconds} ms</h4>{_pre(one.answer)}</details>"
    )


def _pre(text: str) -> str:
    return f'<pre tabindex="0">{escape(text)}</pre>'


def _of(report: Report, group: str) -> list[Result]:
    return [one for one in report.results if one.rule.group == group]


def _group(report: Report, group: str, language: Language) -> str:
    rows = "".join(_row(one, language) for one in _of(report, group))
    return f"<section><h3>{_in(words.GROUPS[group], language)}</h3><ul>{rows}</ul></section>"


def _row(one: Result, language: Language) -> str:
    aside = one.words if one.outcome in ("skipped", "blocked") else None
    said = escape(aside.in_(language)) if aside else ""
    if one.outcome == "blocked":
        said = f"{_in(words.WAITS_FOR, language)} <code>{one.blocked_by}</code>"
    if one.outcome == "exempt":
        said = f"{_in(words.EXEMPTED, language)}: {escape(one.exemption or '')}"
    note = f"<small>{said}</small>" if said else ""
    return (
        f'<li class="{one.outcome}"><span class="outcome">{_in(words.OUTCOMES[one.outcome], language)}</span>'
        f"<span>{_in(one.rule.title, language)} <code>{one.rule.id}</code>{note}</span></li>"
    )


def _in(text: Both, language: Language) -> str:
    return escape(text.in_(language))
