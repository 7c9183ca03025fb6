"""The reference journal keeps every conformance rule, over HTTP."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from myedu.connector.conformance.case import Options
from myedu.connector.conformance.reports.terminal import summary
from myedu.connector.conformance.run import Target, judge
from myedu.journal.exports import export
from myedu.kit.clock import FixedClock
from tests.journal.conftest import NOW, Served


async def test_the_reference_journal_keeps_every_rule(
    served: Served, journal_url: str, exports: Path, pupil_id: str
) -> None:
    export(journal_url, exports, created_at=NOW - timedelta(hours=8), export_id=uuid4())
    target = Target(base_url=served.url, client_id="portal", key=served.private_key)
    report = await judge(target, Options(students=(pupil_id,), load_seconds=0.5), FixedClock(NOW))
    assert report.exit_status == 0, summary(report, "en")
    assert report.counts["warned"] == 0, summary(report, "en")
    assert report.counts["passed"] > 100


async def test_students_are_found_in_the_export(served: Served, journal_url: str, exports: Path) -> None:
    export(journal_url, exports, created_at=NOW - timedelta(hours=7), export_id=uuid4())
    target = Target(base_url=served.url, client_id="portal", key=served.private_key)
    report = await judge(target, Options(load_seconds=0.1), FixedClock(NOW))
    assert report.exit_status == 0, summary(report, "en")
