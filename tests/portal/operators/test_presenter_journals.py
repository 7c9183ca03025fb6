"""A journal's numbers in words."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from myedu.portal.app import words_of
from myedu.portal.exports.models import SystemLine
from myedu.portal.federation.models import JournalStats, RecentStats
from myedu.portal.operators.models import JournalsFacts
from myedu.portal.operators.presenter_journals import journals_view
from myedu.portal.operators.views import JournalRowView
from myedu.portal.people.models import Viewer

WORDS = words_of()["ru"]
VIEWER = Viewer(UUID(int=1), "1", None, True, "confirmed", "Олег", "Орлов", None)
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SYSTEM = msgspec.convert(
    dict.fromkeys(SystemLine.__struct_fields__) | {"id": "r25-a", "region": "25", "name": "Журнал"},
    SystemLine,
    strict=False,
)


def row(**known: object) -> JournalRowView:
    one = JournalStats(system_id="r25-a", **known)
    figures = RecentStats(NOW - timedelta(minutes=5), NOW, (one,))
    view = journals_view(WORDS, JournalsFacts(VIEWER, NOW, [SYSTEM], figures, ()), watched=True)
    assert view.period.startswith("С 23.11.2026 11:55 по 23.11.2026 12:00")
    return view.journals[0]


@pytest.mark.parametrize(
    ("breaker", "text", "tone"),
    [
        ({}, "ещё не спрашивали", ""),
        ({"closed": 2}, "спрашиваем", "good"),
        ({"closed": 1, "half-open": 1}, "пробуем снова", "warn"),
        ({"half-open": 1, "open": 1}, "отдыхает: слишком часто не отвечал", "bad"),
    ],
)
def test_the_worst_state_is_told(breaker: dict[str, int], text: str, tone: str) -> None:
    state = row(breaker=breaker).state
    assert (state.text, state.tone) == (text, tone)


def test_numbers() -> None:
    one = row(
        calls=12345,
        seconds=(0.0123, 0.25, 1.5),
        errors={"timeout": 3, "failed": 1},
        answers={"fresh": 995, "stale": 4, "unavailable": 1},
        limit=16,
        under_way=2,
        queued=0,
    )
    assert one.calls == "12\u00a0345"
    assert one.seconds == ("12\u00a0мс", "250\u00a0мс", "1\u00a0500\u00a0мс")
    assert one.errors == "failed: 1, timeout: 3"
    assert one.places == "2 из 16, ждут 0"
    assert one.answers == "свежие 99,5\u00a0%, копии 0,4\u00a0%, ничего 0,1\u00a0%"


def test_a_journal_that_nobody_asked() -> None:
    one = row()
    assert (one.calls, one.seconds, one.errors, one.places, one.answers) == ("0", ("—",) * 3, "—", "—", "—")
