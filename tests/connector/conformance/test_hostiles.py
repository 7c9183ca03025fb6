"""The good systems pass every rule, and each bad system fails exactly its own rule."""

import asyncio

import pytest

from myedu.connector.conformance.registry import all_rules
from myedu.connector.conformance.report import Report
from myedu.connector.conformance.reports.json_junit import as_json
from myedu.connector.conformance.reports.page import as_page
from tests.connector.conformance.conftest import Judged
from tests.connector.conformance.good import BareSchool, LimitedSchool, WholeSchool
from tests.connector.conformance.hostiles import Hostile, all_hostiles
from tests.connector.sdk.school import PUPIL, STRANGE_PUPIL

_LONGEST = 30  # seconds: a system that stops answering must not stop the tests
HOSTILES = all_hostiles()
GIVEN = {"students": (PUPIL, STRANGE_PUPIL), "load_seconds": 0.5}
PERSONAL = (
    PUPIL,
    STRANGE_PUPIL,
    "Светлова",
    "Ветров",
    "Илья",
    "p-mother",
    "p-teacher",
    "te-1",
    "m-2026",
    "l-2026",
)
"""What a published report must not have, whatever is wrong with the system."""
HURRIED = GIVEN | {"load_seconds": 0.02}  # for systems whose fault is not about load


def faults(report: Report) -> dict[str, str]:
    """Rule → outcome and words of everything that neither passed nor was skipped."""
    return {
        result.rule.id: f"{result.outcome}: {result.words.en if result.words else ''}"
        for result in report.results
        if result.outcome not in ("passed", "skipped")
    }


async def test_good_systems_pass_every_rule_and_no_rule_is_always_skipped(judged: Judged) -> None:
    good = (Hostile(system=WholeSchool), Hostile(system=LimitedSchool), BARE)
    reports = [await judged(answer, **GIVEN) for answer in good]
    assert [faults(report) for report in reports] == [{}, {}, {}]
    kept = {result.rule.id for report in reports for result in report.results if result.outcome == "passed"}
    assert {rule.id for rule in all_rules()} - kept == set(), "these rules found nothing to judge"


BARE = Hostile(system=BareSchool, package=lambda folder: None)


def test_every_rule_has_its_bad_system() -> None:
    assert set(HOSTILES) == {rule.id for rule in all_rules()}


@pytest.mark.parametrize("rule_id", sorted(HOSTILES))
async def test_a_bad_system_fails_exactly_its_rule(judged: Judged, rule_id: str) -> None:
    async with asyncio.timeout(_LONGEST):
        report = await judged(HOSTILES[rule_id], **(GIVEN if rule_id.startswith("load.") else HURRIED))
    broken = {result.rule.id for result in report.results if result.outcome in ("failed", "warned", "error")}
    assert broken == {rule_id}, faults(report)
    waiting = {result.rule.id: result.blocked_by for result in report.results if result.outcome == "blocked"}
    assert set(waiting.values()) <= {rule_id}, waiting
    published = (as_json(report, public=True) + as_page(report, "ru", public=True)).decode()
    # an example of a rule, which the tests' pupil took as an id
    published = published.replace(f'\\"{PUPIL}\\"', "").replace(f"&quot;{PUPIL}&quot;", "")
    assert [name for name in PERSONAL if name in published] == []
