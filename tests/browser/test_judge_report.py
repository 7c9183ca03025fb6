"""The judge's page in a browser: accessible on a phone and a desktop, in light and dark."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from multidict import CIMultiDict, CIMultiDictProxy
from playwright.async_api import Browser

from myedu.connector.conformance.http import Answer
from myedu.connector.conformance.registry import all_rules
from myedu.connector.conformance.report import Outcome, Report, Result
from myedu.connector.conformance.reports.page import as_page
from myedu.connector.conformance.rule import Bilingual
from tests.browser.checks import axe, sideways, too_small
from tests.browser.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser

ANSWER = Answer(
    verb="GET",
    url="https://journal.example/v1/students/42/marks?from=2026-11-16&to=2026-11-29",
    sent_headers={"Authorization": "Bearer secret"},
    sent_body=b"",
    status=200,
    headers=CIMultiDictProxy(CIMultiDict({"Content-Type": "application/json"})),
    body=b'{"student_id": "42", "marks": [' + b'"' + b"x" * 3000 + b'"]}',
    seconds=0.012,
)
OUTCOMES: tuple[Outcome, ...] = ("passed", "failed", "warned", "skipped", "blocked", "exempt", "error")


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A page with every outcome and a long answer."""
    results = tuple(
        Result(
            rule=rule,
            outcome=OUTCOMES[number % len(OUTCOMES)],
            words=Bilingual("увидено", "seen"),
            answers=(ANSWER,),
            exemption="Прокси заменят в мае.",
            blocked_by="methods.shape",
        )
        for number, rule in enumerate(all_rules())
    )
    path = tmp_path / "report.html"
    path.write_bytes(
        as_page(
            Report(
                base_url="https://journal.example",
                system="ООО «Пример» Журнал 5.12",
                capabilities=("diary",),
                judged_at=datetime(2026, 11, 25, 9, 0, tzinfo=UTC),
                seconds=12.5,
                requests=300,
                results=results,
            ),
            "ru",
        )
    )
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_it_is_accessible(chromium: Browser, report: Path, scheme, size) -> None:
    context = await chromium.new_context(viewport=size, color_scheme=scheme)
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    await page.goto(report.as_uri())
    await page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert await axe(page) == []
    assert await sideways(page) == []
    assert await too_small(page) == []
    assert complaints == [], "the policy of the page forbids something of the page"
    await context.close()
