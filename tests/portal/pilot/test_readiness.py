"""The rules of readiness, without a database."""

from datetime import timedelta

import msgspec
import pytest

from myedu.portal.exports.models import Arrivals
from myedu.portal.federation.models import HistoryPoint
from myedu.portal.operators.models import ConformanceOf
from myedu.portal.people.models import System
from myedu.portal.pilot import readiness
from myedu.portal.pilot.charts import percent
from myedu.portal.pilot.models import Answered, Card, Counts, SystemFacts
from tests.portal.conftest import NOON

CARD = Card(
    code="25", name="Приморский край", state="connected", joined_on=None, export_days=1,
    authority_oids=["1"], notes="",
)  # fmt: skip
GOOD = SystemFacts(
    system=System(
        id="r25-a", region="25", name="Журнал", base_url="https://j", client_id="p", registered_at=NOON
    ),
    arrivals=Arrivals(
        system_id="r25-a", local_time=None, time_zone=None, first_applied_at=NOON, last_applied_at=NOON,
        held=0, confirmed_at=None, code=None, failed_at=None, vendor_key_at=None,
    ),
    report=ConformanceOf(
        system_id="r25-a", judged_at=NOON, product="", counts={}, exit_status=0,
        published_at=None,
    ),
    answered=Answered(fresh=100),
    rests=False,
)  # fmt: skip
replace = msgspec.structs.replace


def codes(*systems: SystemFacts, card: Card = CARD, counts: Counts | None = None) -> list[str]:
    return [one.code for one in readiness.troubles(card, systems, counts or Counts(), NOON)]


def test_a_good_region_has_no_trouble() -> None:
    assert codes(GOOD) == []


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (replace(GOOD, rests=True), "rests"),
        (replace(GOOD, answered=Answered(fresh=1, silent_since=NOON)), "silent"),
        (replace(GOOD, answered=Answered(fresh=90, unavailable=10)), "unavailable"),
        (replace(GOOD, report=None), "report-missing"),
        (replace(GOOD, report=replace(GOOD.report, exit_status=1)), "report-failed"),
        (replace(GOOD, report=replace(GOOD.report, judged_at=NOON - timedelta(days=90))), "report-old"),
        (replace(GOOD, arrivals=replace(GOOD.arrivals, held=1)), "held"),
        (replace(GOOD, arrivals=replace(GOOD.arrivals, last_applied_at=None)), "export-never"),
        (replace(GOOD, arrivals=replace(GOOD.arrivals, code="timeout")), "export-failed"),
        (replace(GOOD, key_ends_at=NOON + timedelta(days=29)), "key-ends"),
    ],
)
def test_each_trouble_is_named(facts: SystemFacts, expected: str) -> None:
    assert codes(facts) == [expected]


@pytest.mark.parametrize(("hours", "late"), [(25, False), (26, True), (72, True)])
def test_an_export_is_late_after_the_agreed_days_and_two_hours(hours: int, late: bool) -> None:
    arrivals = replace(GOOD.arrivals, last_applied_at=NOON - timedelta(hours=hours))
    assert codes(replace(GOOD, arrivals=arrivals)) == (["export-late"] if late else [])
    confirmed = replace(arrivals, confirmed_at=NOON - timedelta(hours=1))  # nothing new was offered
    assert codes(replace(GOOD, arrivals=confirmed)) == []


def test_the_most_urgent_is_first_and_a_region_that_rests_has_none() -> None:
    counts = Counts(schools=5, posts=9, posts_verified=3)
    assert codes(replace(GOOD, rests=True), counts=counts) == ["rests", "schools", "posts"]
    assert codes(card=CARD) == ["no-system"]
    assert codes(card=replace(CARD, authority_oids=[])) == ["no-system", "no-officer"]
    for state in ("registered", "paused"):
        assert codes(replace(GOOD, rests=True), card=replace(CARD, state=state), counts=counts) == []
    paused = replace(GOOD, system=replace(GOOD.system, paused_at=NOON), rests=True)
    assert codes(paused) == []


def test_every_code_has_its_place() -> None:
    assert len(set(readiness.TROUBLES)) == len(readiness.TROUBLES)


def point(hour: int, calls: int, failed: int) -> HistoryPoint:
    return HistoryPoint(
        system_id="r25-a", at=NOON + timedelta(hours=hour), calls=calls, fresh=calls - failed, stale=0,
        unavailable=failed, failures={"timeout": failed} if failed else {}, reasons={}, p50=None, p99=None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("points", "since"),
    [
        ([point(0, 5, 0)], None),
        ([point(0, 5, 5), point(1, 5, 4)], None),
        ([point(0, 5, 0), point(1, 3, 3), point(2, 4, 4)], 1),
        ([point(0, 5, 5), point(1, 0, 0), point(2, 4, 4)], 0),
    ],
)
def test_a_journal_is_silent_since_the_hour_without_any_answer(
    points: list[HistoryPoint], since: int | None
) -> None:
    found = readiness.answered(points).silent_since
    assert found == (None if since is None else NOON + timedelta(hours=since))


@pytest.mark.parametrize(
    ("share", "text"), [(None, "—"), (0.0, "0 %"), (0.001, "1 %"), (0.999, "99 %"), (1.0, "100 %")]
)
def test_all_is_said_of_all_only(share: float | None, text: str) -> None:
    assert percent(share).replace("\N{NO-BREAK SPACE}", " ") == text
