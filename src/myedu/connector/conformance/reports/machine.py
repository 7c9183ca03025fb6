"""The report for programs: JSON with both languages, and JUnit for a build server."""

from typing import Any
from xml.etree import ElementTree

import msgspec

from myedu.connector.conformance.mask import shown
from myedu.connector.conformance.report import Report, Result
from myedu.connector.conformance.rule import Language

_NOT_IN_XML = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535))


def as_json(report: Report, *, public: bool = False) -> bytes:
    """One object: the system, the counts, and every rule's result in both languages."""
    document = {
        "base_url": report.base_url,
        "system": report.system,
        "capabilities": report.capabilities,
        "judged_at": report.judged_at,
        "seconds": round(report.seconds, 3),
        "requests": report.requests,
        "exit_status": report.exit_status,
        "counts": dict(report.counts),
        "results": [_result(one, public) for one in report.results],
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"


def _result(one: Result, public: bool) -> dict[str, Any]:
    return {
        "rule": one.rule.id,
        "severity": one.rule.severity,
        "outcome": one.outcome,
        "title": one.rule.title,
        "words": one.words,
        "mend": one.rule.mend,
        "exemption": one.exemption,
        "blocked_by": one.blocked_by,
        "seconds": round(one.seconds, 3),
        "exchanges": [shown(answer, public=public) for answer in one.answers],
    }


def as_junit(report: Report, language: Language) -> bytes:
    """One test case a rule. A warning is a pass with a line of output; what is blocked is an error."""
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
    for one in report.results:
        suite.append(_case(one, language))
    written: bytes = ElementTree.tostring(suite, encoding="utf-8", xml_declaration=True)
    return written


def _case(one: Result, language: Language) -> ElementTree.Element:
    group, _, name = one.rule.id.partition(".")
    case = ElementTree.Element("testcase", classname=group, name=name, time=f"{one.seconds:.3f}")
    said = _xml(one.words.in_(language) if one.words else "")
    if one.outcome == "failed":
        _add(case, "failure", said, _details(one, language))
    elif one.outcome in ("error", "blocked"):
        _add(case, "error", f"{said} ({one.blocked_by})" if one.blocked_by else said, _details(one, language))
    elif one.outcome in ("skipped", "exempt"):
        _add(case, "skipped", _xml(one.exemption or "") or said, "")
    elif one.outcome == "warned":
        ElementTree.SubElement(case, "system-out").text = f"{said}\n{_details(one, language)}"
    return case


def _add(case: ElementTree.Element, tag: str, message: str, text: str) -> None:
    ElementTree.SubElement(case, tag, message=message).text = text


def _details(one: Result, language: Language) -> str:
    exchanges = [shown(answer) for answer in one.answers]
    parts = [one.rule.mend.in_(language), *(f"{each.request}\n\n{each.answer}" for each in exchanges)]
    return _xml("\n\n".join(parts))


def _xml(text: str) -> str:
    """Without the characters that XML 1.0 has no way to write."""
    return text.translate(_NOT_IN_XML)
