"""The report as a person reads it in a terminal."""

from collections.abc import Iterator

from myedu.connector.conformance.redact import redacted
from myedu.connector.conformance.report import Report, Result
from myedu.connector.conformance.reports import words
from myedu.connector.conformance.rule import GROUPS, Bilingual, Language

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
    """One line for each rule by group; what is broken with its exchange and its fix; the verdict."""
    return "\n".join([*_groups(report, language), *_broken(report, language), *_verdict(report, language)])


def verdict(report: Report) -> Bilingual:
    """The sentence that sums up the run."""
    return {0: words.GREEN, 1: words.RED, 2: words.UNSURE}[report.exit_status]


def _groups(report: Report, language: Language) -> Iterator[str]:
    for group in GROUPS:
        results = [result for result in report.results if result.rule.group == group]
        if results:
            yield f"{words.GROUPS[group].in_(language)}"
            for result in results:
                yield f"  {_MARKS[result.outcome]} {result.rule.id}{_note(result, language)}"


def _note(result: Result, language: Language) -> str:
    if result.outcome == "blocked":
        return f": {words.WAITS_FOR.in_(language)} {result.blocked_by}"
    if result.outcome == "exempt":
        return f": {result.exemption}"
    return f": {result.words.in_(language)}" if result.words else ""


def _broken(report: Report, language: Language) -> Iterator[str]:
    for result in report.broken():
        yield ""
        yield f"{_MARKS[result.outcome]} {result.rule.id}: {result.rule.title.in_(language)}"
        if result.words:
            yield f"  {words.SEEN.in_(language)}: {result.words.in_(language)}"
        yield f"  {words.FIX.in_(language)}: {result.rule.fix.in_(language)}"
        for answer in result.answers[:2]:
            exchange = redacted(answer)
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
