"""What a journal did is what its history says: calls, outcomes of reads, reasons, times, single exchanges."""

import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse

from myedu.connector.sdk.exchange_trace import ExchangeTrace
from myedu.kit.clock import FixedClock
from myedu.kit.db import Database
from myedu.portal.federation import history
from myedu.portal.federation.exchanges import exchange_of
from myedu.portal.federation.history import EXCHANGES_KEPT, HOURS_KEPT, KEPT_OF_A_PROBLEM, History
from myedu.portal.federation.hours import BOUNDS, Hour, quantile_seconds
from myedu.portal.federation.models import HistoryPoint, KeptExchange, ReadLimits
from tests.connector.sdk.school import PUPIL, School
from tests.portal.federation.conftest import MOTHER, NOW, WEEK, Stand, Stands, student_of
from tests.portal.journal import FAULTS

HOUR = timedelta(hours=1)
OLDER = timedelta(minutes=2)
KEY = b"a key of this test"


class Counted(msgspec.Struct, frozen=True):
    """A stand whose process counts."""

    stand: Stand
    history: History

    async def points(self, step: timedelta = HOUR, back: timedelta = 24 * HOUR) -> list[HistoryPoint]:
        await self.history.flush(self.stand.database)
        async with self.stand.database.connection() as conn:
            since = self.stand.clock.now().replace(minute=0) - back
            return await history.history(conn, [self.stand.student.system_id], since, step)

    async def kept(self, problem: str | None = None) -> list[KeptExchange]:
        await self.history.flush(self.stand.database)
        async with self.stand.database.connection() as conn:
            return await history.exchanges(conn, self.stand.student.system_id, problem, limit=1000)

    async def settled(self) -> None:
        """Wait for the calls that outlive their page."""
        await asyncio.sleep(1)


PATIENT = ReadLimits(deadline_seconds=3, flight_seconds=1.5)
"""A page waits for the end of its call, also on a busy machine."""


async def counted(stands: Stands, limits: ReadLimits = PATIENT) -> Counted:
    clock = FixedClock(NOW)
    counts = History(clock, KEY)
    return Counted(await stands(School(), limits, clock=clock, history=counts), counts)


async def test_the_figures_are_what_was_done(stand_of: Stands) -> None:
    it = await counted(stand_of, ReadLimits(deadline_seconds=5, flight_seconds=5, patience_seconds=0.05))
    stand, journal = it.stand, it.stand.journal
    await stand.read()  # fresh: capabilities and a diary
    await stand.read()  # fresh, from the copy: no call
    stand.clock.advance(OLDER)
    await stand.read()  # fresh: 304
    stand.clock.advance(OLDER)
    journal.pause = 0.3
    # stale: slow; the call ends well
    await stand.federation.read_diary(stand.student, WEEK, viewer=MOTHER, wait="briefly")
    await it.settled()
    journal.pause = 0.0
    stand.clock.advance(OLDER)
    for name in ("half a JSON", "wrong student"):
        journal.fault = FAULTS[name][0]
        await stand.read()  # stale for each reason
    journal.fault = None
    await stand.read(student=student_of(stand.student.system_id, "unknown"))  # unavailable: not-found
    (point,) = await it.points()
    assert (point.fresh, point.stale, point.unavailable) == (3, 3, 1)
    assert point.reasons == {"slow": 1, "not-json": 1, "wrong-student": 1, "not-found": 1}
    assert point.failures == {"not-json": 1, "wrong-student": 1, "not-found": 1}
    assert point.calls == 2 + len(journal.statuses) == 8  # capabilities are asked again after five minutes
    assert point.p50 is not None
    assert point.p99 is not None
    assert point.p50 <= point.p99
    assert point.p99 >= 0.3  # the slow one


async def test_a_dead_journal_is_counted_once_for_each_call(stand_of: Stands) -> None:
    it = await counted(stand_of)
    it.stand.journal.fault = FAULTS["500"][0]
    for _ in range(2):
        it.stand.clock.advance(OLDER)
        await it.stand.read()
    (point,) = await it.points()
    # both were tried once more
    assert (point.unavailable, point.failures) == (2, {"failed": 4})
    assert len(it.stand.journal.statuses) == 4


async def test_processes_add_up_and_hours_become_days(stand_of: Stands) -> None:
    it = await counted(stand_of)
    system_id = it.stand.student.system_id
    clock = FixedClock(NOW)
    others = [History(clock, KEY), History(clock, KEY)]
    for hours in (0, 1, 30):
        clock.set(NOW - hours * HOUR)
        for other in others:
            other.add_read(system_id, "stale", "timeout")
            other.add_call(system_id, "diary", 0.2, ExchangeTrace(), reason="timeout")
            await other.flush(it.stand.database)
            await other.flush(it.stand.database)  # nothing is written twice
    by_hour = await it.points(back=36 * HOUR)
    assert [(point.at, point.stale, point.failures) for point in by_hour] == [
        (NOW - hours * HOUR, 2, {"timeout": 2}) for hours in (30, 1, 0)
    ]
    by_day = await it.points(24 * HOUR, back=48 * HOUR)
    assert [(point.at, point.calls) for point in by_day] == [
        (NOW - 48 * HOUR, 2),
        (NOW - 24 * HOUR, 2),
        (NOW, 2),
    ]


async def test_what_could_not_be_written_is_written_later(
    stand_of: Stands, federation_database_url: str
) -> None:
    it = await counted(stand_of)
    await it.stand.read()
    gone = await Database.open(federation_database_url, max_size=1)
    await gone.close()
    with pytest.raises(Exception, match="closed"):
        await it.history.flush(gone)
    await it.stand.read()
    (point,) = await it.points()
    assert (point.fresh, point.calls) == (2, 2)


async def test_the_last_minute_is_written_at_the_end(stand_of: Stands) -> None:
    it = await counted(stand_of)
    stop = asyncio.Event()
    writing = asyncio.create_task(it.history.keep_written(it.stand.database, stop))
    await it.stand.read()
    stop.set()
    await writing
    async with it.stand.database.connection() as conn:
        (point,) = await history.history(conn, [it.stand.student.system_id], NOW - HOUR, HOUR)
    assert point.fresh == 1


@pytest.mark.parametrize("name", FAULTS)
async def test_every_fault_is_kept_with_its_request_and_answer(stand_of: Stands, name: str) -> None:
    it = await counted(stand_of)
    it.stand.journal.fault, reason = FAULTS[name]
    await it.stand.read()
    await it.settled()
    found = await it.kept(reason)
    assert {one.method for one in found} == {"diary"}
    one = found[0]
    assert one.request is not None
    assert one.request.startswith("GET /v1/students/pupil-")
    assert one.request.endswith("/diary?from=2026-11-23&to=2026-11-29")
    expected = {"500": 500, "503": 503, "404": 404, "hang": None, "redirect": 307}.get(name, 200)
    assert one.status == expected
    assert PUPIL not in msgspec.json.encode(found).decode()


async def test_a_sample_of_slow_good_answers_is_kept_too(stand_of: Stands) -> None:
    it = await counted(stand_of, ReadLimits(deadline_seconds=9, flight_seconds=9))
    it.stand.journal.pause = 1.6
    await it.stand.read()
    (one,) = await it.kept("slow")
    assert (one.status, one.media_type, one.excerpt) == (200, "application/json", None)
    assert one.bytes is not None
    assert one.bytes > 1000


async def test_only_the_newest_of_each_problem_stay(stand_of: Stands) -> None:
    it = await counted(stand_of)
    system_id = it.stand.student.system_id
    it.history.add_call(system_id, "diary", 0.1, ExchangeTrace(), reason="wrong-student")
    for _ in range(30):
        for _ in range(9):  # of which five a flush are taken
            it.history.add_call(system_id, "diary", 0.1, ExchangeTrace(), reason="not-found")
        await it.history.flush(it.stand.database)
    kept = await it.kept()
    assert len(kept) == KEPT_OF_A_PROBLEM + 1
    assert [one.id for one in kept] == sorted((one.id for one in kept), reverse=True)
    assert kept[-1].problem == "wrong-student"


async def test_hours_and_exchanges_end_with_their_terms(stand_of: Stands) -> None:
    it = await counted(stand_of)
    it.history.add_call(it.stand.student.system_id, "diary", 0.1, ExchangeTrace(), reason="cut")
    assert (len(await it.kept()), len(await it.points())) == (1, 1)
    await history.erase_old(it.stand.database, NOW + EXCHANGES_KEPT + HOUR)
    assert (len(await it.kept()), len(await it.points())) == (0, 1)
    await history.erase_old(it.stand.database, NOW + HOURS_KEPT + HOUR)
    assert len(await it.points()) == 0


class Seen(msgspec.Struct, frozen=True):
    """An answer of a stranger, and what of it is kept."""

    response: Any
    excerpt: str | None


NGINX = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><h1>502 Bad Gateway</h1></body>"
DEBUG = f"<title>KeyError at /v1/students/{PUPIL}/diary</title><h1>KeyError</h1><pre>Айсен Лебедев, 5</pre>"
PROBLEM = {
    "type": "about:blank",
    "code": "internal",
    "title": "База занята",
    "status": 500,
    "detail": "Лебедев",
}


@pytest.mark.parametrize(
    "seen",
    [
        Seen(HTMLResponse(NGINX, 502), "502 Bad Gateway"),
        Seen(HTMLResponse(DEBUG, 500), "KeyError at /v1/students/pupil-ID/diary - KeyError"),
        Seen(HTMLResponse("<title>Ученик Лебедев не найден</title>", 404), None),
        Seen(HTMLResponse("<h1>Сервис недоступен</h1>", 503), "Сервис недоступен"),
        Seen(HTMLResponse("<title>Дневник Лебедева</title>", 200), None),
        Seen(JSONResponse(PROBLEM, 500, media_type="application/problem+json"), "internal: База занята"),
        Seen(JSONResponse({"student_id": PUPIL, "lessons": [{"subject": "Лебедев"}]}), None),
        Seen(RedirectResponse(f"/login/{PUPIL}?name=Лебедев"), None),
    ],
    ids=[
        "nginx",
        "a page with data",
        "a name",
        "a proxy in Russian",
        "a diary in HTML",
        "problem",
        "a diary of another shape",
        "redirect",
    ],
)
async def test_of_an_answer_is_kept_what_an_error_page_says_and_nothing_of_a_person(
    stand_of: Stands, seen: Seen
) -> None:
    it = await counted(stand_of)
    it.stand.journal.fault = seen.response
    await it.stand.read()
    one = (await it.kept())[0]
    label = str(one.request).split("pupil-")[1][:4]
    assert one.excerpt == (seen.excerpt and seen.excerpt.replace("pupil-ID", f"pupil-{label}"))
    assert one.status == seen.response.status_code
    text = msgspec.json.encode(one).decode()
    assert PUPIL not in text
    assert "Лебедев" not in text
    assert "%D0" not in text


def test_a_breach_of_the_contract_names_the_place_without_the_value() -> None:
    trace = ExchangeTrace()
    trace.begin("GET", "/v1/students/p-77/marks?from=2026-11-23&since=secret")
    one = exchange_of(
        "s", "marks", NOW, 0.1, trace, reason="wrong-shape", key=KEY,
        sentence="the answer breaks the contract: Invalid enum value 'Айсен Лебедев' - at `$.marks[3].kind`",
    )  # fmt: skip
    assert one.place == "Invalid enum value '…' - at `$.marks[3].kind`"
    assert one.request is not None
    assert one.request.endswith("/marks?from=2026-11-23&since=…")


def test_the_label_of_an_id_tells_one_pupil_from_many_and_not_who() -> None:
    def label(pupil: str, key: bytes = KEY) -> str:
        trace = ExchangeTrace()
        trace.begin("GET", f"/base/v1/students/{pupil}/diary")
        one = exchange_of("s", "diary", NOW, 0.1, trace, reason="cut", sentence="", key=key)
        assert one.request is not None
        return one.request.removeprefix("GET /base/v1/students/").removesuffix("/diary")

    assert label("a%2Fb") == label("a%2Fb") != label("b")
    assert label("a", b"another portal's") != label("a")
    # 16 bits: with seventy thousand pupils some share a label for certain
    assert len(label("a").removeprefix("pupil-")) == 4


def test_the_statement_adds_up_every_place_of_a_histogram() -> None:
    text = history.QUERIES.hours.text
    assert text.count("sum(within[") == len(BOUNDS) + 1
    assert f"sum(within[{len(BOUNDS) + 1}])" in text


seconds = st.floats(min_value=0, max_value=20, allow_nan=False)


@given(st.lists(st.lists(seconds, max_size=30), min_size=1, max_size=5))
def test_counts_of_processes_merge_into_those_of_one(processes: Sequence[Sequence[float]]) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    one, merged = Hour(system_id="s", hour=at), Hour(system_id="s", hour=at)
    for calls in processes:
        part = Hour(system_id="s", hour=at)
        for took in calls:
            part.add_call("cut" if took > 5 else None, took)
            one.add_call("cut" if took > 5 else None, took)
        merged.add(part)
    assert merged == one
    everything = sorted(took for calls in processes for took in calls)
    p50, p99 = quantile_seconds(one.within)
    if not everything:
        assert (p50, p99) == (None, None)
        return
    assert p50 is not None
    assert p99 is not None
    assert 0 <= p50 <= p99 <= BOUNDS[-1]
    # the true quantile lies in the same bucket
    true = everything[max(0, -(-len(everything) // 2) - 1)]
    above = next((bound for bound in BOUNDS if true <= bound), BOUNDS[-1])
    assert p50 <= above


PROCESS = """
import asyncio, os, sys
from myedu.connector.sdk.exchange_trace import ExchangeTrace
from myedu.kit.clock import SystemClock
from myedu.kit.db import Database
from myedu.portal.federation import history
async def main(url, system_id):
    history._SECONDS = 0.2
    database, counted = await Database.open(url, max_size=1), history.History(SystemClock(), b"key")
    for _ in range(7):
        counted.add_call(system_id, "diary", 0.1, ExchangeTrace(), reason="cut")
    asyncio.create_task(counted.keep_written(database, asyncio.Event()))
    await asyncio.sleep(2)
    counted.add_call(system_id, "diary", 0.1, ExchangeTrace(), reason="cut")  # of the last minute: lost
    os.kill(os.getpid(), 9)
asyncio.run(main(*sys.argv[1:]))
"""


async def test_a_killed_process_loses_the_last_minute_at_most(
    stand_of: Stands, federation_database_url: str
) -> None:
    it = await counted(stand_of)
    system_id = it.stand.student.system_id
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROCESS, federation_database_url, system_id
    )
    assert await asyncio.wait_for(process.wait(), 30) == -9
    async with it.stand.database.connection() as conn:
        since = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - HOUR
        points = await history.history(conn, [system_id], since, HOUR)
        kept = await history.exchanges(conn, system_id, None, limit=100)
    assert sum(point.calls for point in points) == 7
    assert len(kept) == 5  # of one problem in a minute
