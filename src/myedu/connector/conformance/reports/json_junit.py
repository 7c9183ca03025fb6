"""The report for programs: JSON in both languages, and JUnit XML for a build server."""

from xml.etree import ElementTree

import msgspec

from myedu.connector.conformance.redact import RedactedExchange, redacted, words_of
from myedu.connector.conformance.report import Outcome, Report, Result
from myedu.connector.conformance.rule import Bilingual, Language, Severity

_NOT_IN_XML = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535))


def as_json(report: Report, *, public: bool = False) -> bytes:
    """The system, the counts and every rule's result in both languages. `public`: as in `redacted`."""
    document = {
        "base_url": report.base_url,
        "system": report.system,
        "capabilities": report.capabilities,
        "judged_at": report.judged_at,
        "seconds": round(report.seconds, 3),
        "requests": report.requests,
        "exit_status": report.exit_status,
        "counts": dict(report.counts),
        "results": [_result(result, public) for result in report.results],
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"


class _ResultJson(msgspec.Struct, kw_only=True):
    """One rule's result; the names of the fields are published."""

    rule: str
    severity: Severity
    outcome: Outcome
    title: Bilingual
    words: Bilingual | None
    mend: Bilingual  # Rule.fix under the name that readers of the report know
    exemption: str | None
    blocked_by: str | None
    seconds: float
    exchanges: list[RedactedExchange]


def _result(result: Result, public: bool) -> _ResultJson:
    return _ResultJson(
        rule=result.rule.id,
        severity=result.rule.severity,
        outcome=result.outcome,
        title=result.rule.title,
        words=words_of(result, public=public),
        mend=result.rule.fix,
        exemption=result.exemption,
        blocked_by=result.blocked_by,
        seconds=round(result.seconds, 3),
        exchanges=[redacted(answer, public=public) for answer in result.answers],
    )


def as_junit(report: Report, language: Language) -> bytes:
    """One test case for each rule. A warning passes with a line of output; a blocked rule is an error."""
    counts = report.counts
    suite = ElementTree.Element(
        "testsuite",
        name=f"myedu conform {report.base_url}",
        tests=str(len(report.results)),
        failures=str(counts["failed"]),
        errors=str(counts["error"] + counts["blocked"]),
        skipped=str(counts["skipped"] + counts["exempt"]),
        time=f"{report.seconds:.3f}",
        timestamp=report.judged_at.isoformat(),
    )
    for result in report.results:
        suite.append(_case(result, language))
    written: bytes = ElementTree.tostring(suite, encoding="utf-8", xml_declaration=True)
    return written


def _case(result: Result, language: Language) -> ElementTree.Element:
    group, _, name = result.rule.id.partition(".")
    element = ElementTree.Element("testcase", classname=group, name=name, time=f"{result.seconds:.3f}")
    words = _xml(result.words.in_(language) if result.words else "")
    match result.outcome:
        case "failed":
            _add(element, "failure", words, _details(result, language))
        case "error" | "blocked":
            message = f"{words} ({result.blocked_by})" if result.blocked_by else words
            _add(element, "error", message, _details(result, language))
        case "skipped" | "exempt":
            _add(element, "skipped", _xml(result.exemption or "") or words, "")
        case "warned":
            ElementTree.SubElement(element, "system-out").text = f"{words}\n{_details(result, language)}"
        case "passed":
            pass
    return element


def _add(element: ElementTree.Element, tag: str, message: str, text: str) -> None:
    ElementTree.SubElement(element, tag, message=message).text = text


def _details(result: Result, language: Language) -> str:
    exchanges = [redacted(answer) for answer in result.answers]
    parts = [result.rule.fix.in_(language), *(f"{each.request}\n\n{each.answer}" for each in exchanges)]
    return _xml("\n\n".join(parts))


def _xml(text: str) -> str:
    """Without the characters that XML 1.0 can't represent."""
    return text.translate(_NOT_IN_XML)
