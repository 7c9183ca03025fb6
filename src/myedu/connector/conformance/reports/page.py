"""The report as one HTML file without scripts, which a region can publish as it is."""

import base64
import hashlib
from collections.abc import Iterator
from datetime import datetime
from html import escape
from importlib.resources import files
from string import Template

from myedu.connector.conformance.redact import RedactedExchange, redacted, words_of
from myedu.connector.conformance.report import Report, Result
from myedu.connector.conformance.reports import words
from myedu.connector.conformance.reports.terminal import verdict
from myedu.connector.conformance.rule import GROUPS, Bilingual, Language

_SHOWN_ANSWERS = 3
"""Exchanges shown for a broken rule; the JSON report has all."""


def as_page(report: Report, language: Language, *, public: bool = False) -> bytes:
    """The page in UTF-8. `public`: hides ids and texts in the requests and answers."""
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
        to_fix="\n".join(_to_fix(report, language, public)),
        all_rules=_in(words.ALL_RULES, language),
        groups="\n".join(_group(report, group, language, public) for group in GROUPS if _of(report, group)),
        note="" if public or not report.broken() else f"<p>{_in(words.PERSONAL, language)}</p>",
    ).encode()


def _policy(style: str) -> str:
    """No requests, no scripts; the one style sheet is allowed by its hash."""
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


def _to_fix(report: Report, language: Language, public: bool) -> Iterator[str]:
    if not report.broken():
        return
    yield f'<section class="fixes"><h2>{_in(words.TO_FIX, language)}</h2>'
    for result in report.broken():
        yield _card(result, language, public)
    yield "</section>"


def _card(result: Result, language: Language, public: bool) -> str:
    rule, outcome = result.rule, result.outcome
    exchanges = "".join(
        _exchange(redacted(answer, public=public), language) for answer in result.answers[:_SHOWN_ANSWERS]
    )
    words_seen = words_of(result, public=public)
    seen = escape(words_seen.in_(language)) if words_seen else ""
    return (
        f'<article class="card {outcome}" id="{rule.id}">'
        f"<h3>{_in(rule.title, language)}</h3>"
        f'<p class="id"><code>{rule.id}</code> {_in(words.OUTCOMES[outcome], language)}</p>'
        f"<dl><dt>{_in(words.SEEN, language)}</dt><dd>{seen}</dd>"
        f"<dt>{_in(words.FIX, language)}</dt><dd>{_in(rule.fix, language)}</dd>"
        f"<dt>{_in(words.WHY, language)}</dt><dd>{_in(rule.reason, language)}</dd></dl>"
        f"{exchanges}</article>"
    )


def _exchange(exchange: RedactedExchange, language: Language) -> str:
    first = escape(exchange.request.partition("\n")[0])
    return (
        f"<details><summary><code>{first}</code></summary>"
        f"<h4>{_in(words.REQUEST, language)}</h4>{_pre(exchange.request)}"
        f"<h4>{_in(words.ANSWER, language)}, {exchange.milliseconds} ms</h4>{_pre(exchange.answer)}</details>"
    )


def _pre(text: str) -> str:
    return f'<pre tabindex="0">{escape(text)}</pre>'


def _of(report: Report, group: str) -> list[Result]:
    return [result for result in report.results if result.rule.group == group]


def _group(report: Report, group: str, language: Language, public: bool) -> str:
    rows = "".join(_row(result, language, public) for result in _of(report, group))
    return f"<section><h3>{_in(words.GROUPS[group], language)}</h3><ul>{rows}</ul></section>"


def _row(result: Result, language: Language, public: bool) -> str:
    rule, outcome = result.rule, result.outcome
    note = _note(result, language, public)
    small = f"<small>{note}</small>" if note else ""
    return (
        f'<li class="{outcome}"><span class="outcome">{_in(words.OUTCOMES[outcome], language)}</span>'
        f"<span>{_in(rule.title, language)} <code>{rule.id}</code>{small}</span></li>"
    )


def _note(result: Result, language: Language, public: bool) -> str:
    """Why a rule neither passed nor failed, as HTML; "" otherwise."""
    if result.outcome == "blocked":
        return f"{_in(words.WAITS_FOR, language)} <code>{result.blocked_by}</code>"
    if result.outcome == "exempt":
        return f"{_in(words.EXEMPTED, language)}: {escape(result.exemption or '')}"
    seen = words_of(result, public=public)
    return _in(seen, language) if result.outcome == "skipped" and seen else ""


def _in(text: Bilingual, language: Language) -> str:
    return escape(text.in_(language))
