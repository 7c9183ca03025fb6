"""The report as a person reads it in a terminal."""

from collections.abc import Iterator

from myedu.connector.conformance.mask import shown
from myedu.connector.conformance.report import Report, Result
from myedu.connector.conformance.reports import words
from myedu.connector.conformance.rule import GROUPS, Both, Language

_MARKS = {
    "passed": "✓",
    "failed": "✗",
    "warned": "!",
    "skipped": "–",
    "blocked": "…",
    "exempt": "≈",
    "error": "?",
}


def summary(report: Report, language: Language) -> str:
    """Every group's rules in a line each, what is broken with its request and its mending, the verdict."""
    return "\n".join([*_groups(report, language), *_broken(report, language), *_verdict(report, language)])


def verdict(report: Report) -> Both:
    return {0: words.GREEN, 1: words.RED, 2: words.UNSURE}[report.exit_status]


def _groups(report: Report, language: Language) -> Iterator[str]:
    for group in GROUPS:
        results = [one for one in report.results if one.rule.group == group]
        if results:
            yield f"{words.GROUPS[group].in_(language)}"
            for one in results:
                yield f"  {_MARKS[one.outcome]} {one.rule.id}{_aside(one, language)}"


def _aside(one: Result, language: Language) -> str:
    if one.outcome == "blocked":
        return f": {words.WAITS_FOR.in_(language)} {one.blocked_by}"
    if one.outcome == "exempt":
        return f": {one.exemption}"
    return f": {one.words.in_(language)}" if one.words else ""


def _broken(report: Report, language: Language) -> Iterator[str]:
    for one in report.broken():
        yield ""
        yield f"{_MARKS[one.outcome]} {one.rule.id}: {one.rule.title.in_(language)}"
        if one.words:
            yield f"  {words.SEEN.in_(language)}: {one.words.in_(language)}"
        yield f"  {words.MEND.in_(language)}: {one.rule.mend.in_(language)}"
        for answer in one.answers[:2]:
            exchange = shown(answer)
            yield from (f"    > {line}" for line in exchange.request.splitlines())
            yield from (f"    < {line[:300]}" for line in exchange.answer.splitlines()[:30])


def _verdict(report: Report, language: Language) -> Iterator[str]:
    counts = ", ".join(
        f"{words.OUTCOMES[outcome].in_(language)} {number}"
        for outcome in words.OUTCOMES
        if (number := report.counts[outcome])
    )
    yield ""
    yield f"{words.RULES.in_(language)} {len(report.results)}: {counts}"
    yield f"{report.requests} {words.REQUESTS.in_(language)}, {report.seconds:.1f} s"
    yield verdict(report).in_(language)
