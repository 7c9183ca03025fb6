"""The report in its four formats: a broken rule is shown with its exchange and its fix."""

import re
from xml.etree import ElementTree

import msgspec
import pytest

from myedu.connector.conformance.registry import all_rules
from myedu.connector.conformance.report import Report
from myedu.connector.conformance.reports.json_junit import as_json, as_junit
from myedu.connector.conformance.reports.page import as_page
from myedu.connector.conformance.reports.terminal import summary
from myedu.connector.conformance.rule import Language
from myedu.kit.web.page_checks import problems_of_page
from tests.connector.conformance.conftest import Judged
from tests.connector.conformance.good import WholeSchool
from tests.connector.conformance.hostiles import Hostile, all_hostiles
from tests.connector.sdk.school import PUPIL

RULES = {rule.id: rule for rule in all_rules()}
SOME = [
    RULES[name] for name in ("auth.no-token", "auth.challenge", "methods.shape", "methods.student-repeated")
]
BROKEN = "auth.no-token"
TEACHER = "Светлова"


@pytest.fixture
async def broken(judged: Judged) -> Report:
    return await judged(all_hostiles()[BROKEN], students=(PUPIL,), rules=SOME)


@pytest.fixture
async def green(judged: Judged) -> Report:
    return await judged(Hostile(system=WholeSchool), students=(PUPIL,), rules=SOME)


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_the_terminal_shows_what_to_do(broken: Report, language: Language) -> None:
    text = summary(broken, language)
    rule = RULES[BROKEN]
    assert rule.title.in_(language) in text
    assert rule.fix.in_(language) in text
    assert f"/v1/students/{PUPIL}/marks?" in text
    assert "< 200" in text


async def test_json_has_the_exact_exchange_in_both_languages(broken: Report) -> None:
    document = msgspec.json.decode(as_json(broken))
    assert (document["exit_status"], document["counts"]) == (1, {"failed": 1, "passed": 3})
    result = next(result for result in document["results"] if result["outcome"] == "failed")
    assert result["rule"] == BROKEN
    assert set(result["words"]) == {"ru", "en"}
    (exchange,) = result["exchanges"]
    assert f"/students/{PUPIL}/marks?from=2026-11-16&to=2026-11-29\nUser-Agent" in exchange["request"]
    assert exchange["answer"].startswith("200\n")
    assert '"marks":[' in exchange["answer"]


async def test_no_secret_is_shown(judged: Judged) -> None:
    report = await judged(
        all_hostiles()["auth.wrong-key"], students=(PUPIL,), rules=[RULES["auth.wrong-key"]]
    )
    (result,) = report.broken()
    secrets = [result.answers[0].json()["access_token"], result.answers[0].sent_body.decode()[-80:]]
    for shown in (
        as_json(report),
        as_page(report, "ru"),
        as_junit(report, "ru"),
        summary(report, "ru").encode(),
    ):
        assert b"client_assertion" in shown
        assert not any(secret.encode() in shown for secret in secrets)


async def test_a_public_report_names_no_one(judged: Judged) -> None:
    hostile = all_hostiles()["methods.window-ends"]
    report = await judged(hostile, students=(PUPIL,), rules=[RULES["methods.window-ends"]])
    whole, public = as_page(report, "ru").decode(), as_page(report, "ru", public=True).decode()
    assert TEACHER in whole
    assert PUPIL in whole
    assert TEACHER not in public
    assert PUPIL not in public
    assert TEACHER.encode() not in as_json(report, public=True)


async def test_junit_counts_and_names(broken: Report) -> None:
    suite = ElementTree.fromstring(as_junit(broken, "en"))
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("4", "1", "0")
    case = next(case for case in suite if case.find("failure") is not None)
    assert (case.get("classname"), case.get("name")) == ("auth", "no-token")
    assert RULES[BROKEN].fix.en in (case.findtext("failure") or "")


@pytest.mark.parametrize("language", ["ru", "en"])
async def test_the_page_is_a_good_page(broken: Report, green: Report, language: Language) -> None:
    for report in (broken, green):
        html = as_page(report, language).decode()
        policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)
        assert policy
        headers = {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": f"{policy[1]}; frame-ancestors 'none'",
        }
        suffix = f" — {report.system}"
        found = problems_of_page(html, headers, title_suffix=suffix)
        assert [row for row in found if "style is inside" not in row] == []
        assert "<script" not in html
        assert "http://" not in html.replace(report.base_url, "")
        assert all(rule.title.in_(language) for rule in SOME)
    assert RULES[BROKEN].fix.in_(language) in as_page(broken, language).decode()


async def test_an_exemption_is_a_sentence_in_the_report(judged: Judged) -> None:
    reason = "The proxy is replaced in May."
    report = await judged(all_hostiles()[BROKEN], students=(PUPIL,), rules=SOME, exempt={BROKEN: reason})
    assert report.exit_status == 0
    assert report.counts["exempt"] == 1
    assert reason in as_page(report, "en").decode()
    assert reason in summary(report, "ru")


async def test_a_blocked_rule_names_the_rule_it_waits_for(judged: Judged) -> None:
    report = await judged(all_hostiles()["methods.shape"], students=(PUPIL,), rules=SOME)
    waiting = {result.rule.id: result.blocked_by for result in report.results if result.outcome == "blocked"}
    assert waiting == {"methods.student-repeated": "methods.shape"}
    assert "methods.shape" in summary(report, "ru")


async def test_a_blocked_rule_is_broken_if_its_blocker_is_not_judged(judged: Judged) -> None:
    report = await judged(
        all_hostiles()["methods.shape"], students=(PUPIL,), rules=[RULES["methods.student-repeated"]]
    )
    assert [result.rule.id for result in report.broken()] == ["methods.student-repeated"]
    assert report.exit_status == 1
