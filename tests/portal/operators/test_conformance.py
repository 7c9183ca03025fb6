"""Conformance reports from the page: a real judge over a real journal; kept, published, withdrawn."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from starlette.types import Receive, Scope, Send

from myedu.connector.conformance.keys import Signer
from myedu.connector.sdk.server import RegisteredClient, connector_app
from myedu.kit.clock import SystemClock
from myedu.kit.serve import serving
from myedu.kit.settings import Settings
from myedu.kit.web.forms import csrf_token
from myedu.portal.jobs.worker import Pace, Worker
from myedu.portal.operators import judge as judges
from myedu.portal.operators.conformance import KEPT_RUNS, ConformanceTask
from myedu.portal.operators.judge import NotJudged, Progress, judge
from myedu.portal.operators.service import conformance_of
from myedu.portal.people.models import System
from myedu.portal.people.service import register_system, system
from myedu.portal.settings import JournalAccessSettings
from myedu.portal.signed_in import SESSION_COOKIE
from myedu.portal.tasks import JobRun
from tests.connector.conformance.conftest import TOKEN_KEY
from tests.connector.conformance.good import TodaysSchool
from tests.connector.conformance.hostiles import Hostile
from tests.connector.sdk.school import PUPIL
from tests.portal.diary.conftest import text_of
from tests.portal.operators.conftest import MOTHER, OPERATOR, TEACHER, OperatorsPortal

JOURNAL = "/operator/journals/r25-a"
PUBLIC = "/conformance/r25-a"


async def register(portal: OperatorsPortal, url: str) -> System:
    now = portal.world.clock.now()
    new = System(
        id="r25-a", region="25", name="Журнал Приморья", base_url=url, client_id="portal", registered_at=now
    )
    async with portal.context.database.transaction() as conn:
        await register_system(conn, new)
        for table in ("conformance_runs", "conformance_published"):
            await conn.execute(f"DELETE FROM operators.{table}")
        found = await system(conn, "r25-a")
    assert found is not None
    return found


@asynccontextmanager
async def a_good_journal(portal: OperatorsPortal, folder: Path) -> AsyncIterator[str]:
    """A school of this day with its export package, which knows the portal."""
    late: list[Callable[[Scope, Receive, Send], Awaitable[None]]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await late[0](scope, receive, send)

    Hostile(system=TodaysSchool).package(folder)
    key = Signer(await asyncio.to_thread(portal.world.journal_key.read_text))
    async with serving(app) as url:
        clients = [RegisteredClient("portal", key.public_pem)]
        late.append(
            connector_app(
                TodaysSchool(), base_url=url, clients=clients, token_key=TOKEN_KEY, clock=SystemClock(),
                exports=folder,
            )
        )  # fmt: skip
        yield url


async def work(portal: OperatorsPortal) -> None:
    """Let a worker work until no run is open."""
    stop, database = asyncio.Event(), portal.context.database
    tasks = [ConformanceTask(database, portal.world.clock, portal.world.settings)]
    pace = Pace(tick=timedelta(seconds=0.1))
    worker = Worker(database, portal.world.database_url, portal.world.clock, tasks, pace)
    running = asyncio.create_task(worker.run(stop))
    for _ in range(400):
        if not await portal.ask("SELECT 1 FROM operators.conformance_runs WHERE ended_at IS NULL"):
            break
        await asyncio.sleep(0.2)
    stop.set()
    await running
    assert not await portal.ask("SELECT 1 FROM operators.conformance_runs WHERE ended_at IS NULL")


async def test_a_journal_is_judged_and_its_report_kept_published_and_withdrawn(
    portal: OperatorsPortal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judges, "_LOAD_SECONDS", "0.2")
    async with a_good_journal(portal, tmp_path) as url, portal.operator() as browser:
        await register(portal, url)
        page = await browser.get(JOURNAL)
        assert "Ещё не проверяли." in page.html
        for _ in range(2):
            waiting = await browser.press(page, action=f"{JOURNAL}/conformance")
        assert "Проверка ждёт очереди" in waiting.html
        assert await portal.ask("SELECT count(*) FROM operators.conformance_runs") == [1]
        assert await portal.ask("SELECT count(*) FROM jobs.pgqueuer") == [1]
        await work(portal)
        page = await browser.get(JOURNAL)
    assert "Журнал соблюдает договор обмена." in page.html, page.html[page.html.index('id="conformance"') :][
        :900
    ]
    ((run_id, done, rules, counts, document, html),) = await portal.ask(
        "SELECT id, done, rules, counts, report_json, report_html FROM operators.conformance_runs"
    )
    report = msgspec.json.decode(document)
    assert done == rules == len(report["results"]) == sum(counts.values())
    assert report["exit_status"] == 0
    for kept in (document.decode(), html.decode()):
        assert "Ветров" not in kept
        assert f"/students/{PUPIL}" not in kept
    async with portal.operator() as browser, portal.world.browser() as anybody:
        file = f"{JOURNAL}/conformance/{run_id}/report.json"
        async with browser.session.get(f"{portal.world.url}{file}") as answer:
            assert await answer.read() == document
            assert "attachment" in answer.headers["content-disposition"]
        assert (await browser.get(f"{JOURNAL}/conformance/{run_id}/passwd")).status == 404
        assert (await browser.get(f"{JOURNAL}/conformance/{2**70}/report.json")).status == 404
        nothing = await anybody.get("/conformance/nobody")
        unpublished = await anybody.get(PUBLIC)
        assert (unpublished.status, unpublished.h1) == (nothing.status, nothing.h1) == (404, nothing.h1)
        question = await browser.get(f"{JOURNAL}/conformance/publish")
        assert question.h1 == "Опубликовать отчёт?"
        assert (await anybody.get(PUBLIC)).status == 404  # a GET publishes nothing
        published = await browser.press(question, action=f"{JOURNAL}/conformance/publish")
        assert "опубликован с" in published.html
        shown = await anybody.get(PUBLIC)
        assert (shown.status, shown.h1) == (200, "Соответствие договору: Журнал Приморья")
        text = text_of(shown)
        assert "Приморский край" in text
        assert f"соблюдено: {counts['passed']}" in text
        assert all(result["rule"] in text for result in report["results"])
        async with portal.context.database.connection() as conn:
            (of_region,) = await conformance_of(conn, "25")
            assert await conformance_of(conn, "14") == []
        assert (of_region.system_id, of_region.exit_status) == ("r25-a", 0)
        assert of_region.published_at is not None
        await browser.press(published, action=f"{JOURNAL}/conformance/withdraw")
        assert (await anybody.get(PUBLIC)).status == 404
    lines = await portal.ask(
        "SELECT line.action, account.esia_oid FROM audit.lines line JOIN identity.accounts account"
        " ON account.id = line.actor_account WHERE line.action LIKE 'conformance.%%' ORDER BY line.id"
    )
    assert lines == [(f"conformance.{deed}", str(OPERATOR)) for deed in ("ask", "publish", "withdraw")]


async def test_a_journal_that_is_away_ends_in_words(portal: OperatorsPortal) -> None:
    await register(portal, "http://127.0.0.1:1")
    async with portal.operator() as browser:
        page = await browser.get(JOURNAL)
        await browser.press(page, action=f"{JOURNAL}/conformance")
        await work(portal)
        page = await browser.get(JOURNAL)
    assert "Журнал не удалось проверить." in page.html
    assert "система не отвечает" in page.html
    assert "Опубликовать отчёт" not in page.html


async def test_only_the_newest_runs_stay_and_a_report_always(portal: OperatorsPortal) -> None:
    await register(portal, "http://127.0.0.1:1")
    async with portal.context.database.transaction() as conn:
        await conn.execute(
            "INSERT INTO operators.conformance_runs (region, system_id, state, asked_at, ended_at, product,"
            " counts, exit_status, report_json, report_html)"
            " VALUES ('25', 'r25-a', 'judged', now(), now(), 'old', '{}', 1, '{}', '')"
        )
        await conn.execute(
            "INSERT INTO operators.conformance_runs (region, system_id, state, asked_at, ended_at, code)"
            " SELECT '25', 'r25-a', 'failed', now(), now(), 'too-slow' FROM generate_series(1, 15)"
        )
    async with portal.operator() as browser:
        page = await browser.get(JOURNAL)
        await browser.press(page, action=f"{JOURNAL}/conformance")
    await work(portal)
    states = await portal.ask("SELECT state FROM operators.conformance_runs ORDER BY id")
    assert states == ["judged", *["failed"] * KEPT_RUNS]


async def test_a_run_is_begun_anew_by_another_worker_and_not_after_its_end(portal: OperatorsPortal) -> None:
    await register(portal, "http://127.0.0.1:1")
    (run_id,) = await portal.ask(
        "INSERT INTO operators.conformance_runs (region, system_id, state, asked_at, done, rules)"
        " VALUES ('25', 'r25-a', 'running', now(), 50, 100) RETURNING id"
    )
    task = ConformanceTask(portal.context.database, portal.world.clock, portal.world.settings)
    for _ in range(2):
        await task.run(JobRun(subject="r25-a", payload=str(run_id).encode(), attempt=1))
        (first, *_rest) = await portal.ask("SELECT state, code, ended_at FROM operators.conformance_runs")
        assert first[:2] == ("failed", "cannot-judge")
        portal.world.clock.advance(timedelta(minutes=1))
    assert first[2] == portal.world.clock.now() - timedelta(minutes=2)


async def test_a_run_whose_worker_is_gone_does_not_close_the_way(portal: OperatorsPortal) -> None:
    await register(portal, "http://127.0.0.1:1")
    async with portal.operator() as browser:
        page = await browser.get(JOURNAL)
        await browser.press(page, action=f"{JOURNAL}/conformance")
        await portal.ask("DELETE FROM jobs.pgqueuer RETURNING 1")
        portal.world.clock.advance(timedelta(hours=2))
    async with portal.operator() as browser:
        token = csrf_token(browser.cookie(SESSION_COOKIE) or "")
        again = await browser.post(f"{JOURNAL}/conformance", {"csrf": token})
    assert "Процесс, который проверял, пропал." in again.html
    assert "Проверка ждёт очереди" in again.html


async def no_progress(progress: Progress) -> None:
    pass


async def test_a_judge_that_takes_too_long_is_ended(portal: OperatorsPortal) -> None:
    async def hang(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":  # its start mustn't hang
            return
        while (await receive())["type"] != "http.disconnect":
            pass

    async with serving(hang) as url:
        one = await register(portal, url)
        with pytest.raises(NotJudged, match="too-slow"):
            await judge(portal.world.settings, one, no_progress, seconds=3)


async def test_a_private_address_is_not_judged_where_real_people_are(portal: OperatorsPortal) -> None:
    called: list[str] = []

    async def inner_service(scope: Scope, receive: Receive, send: Send) -> None:
        called.append(scope["type"])

    strict = Settings.of_values(
        (JournalAccessSettings,),
        {"journal_key": str(portal.world.journal_key), "allow_private_journals": False},
    )
    async with serving(inner_service) as url:
        one = await register(portal, url)
        called.clear()
        with pytest.raises(NotJudged, match="cannot-judge"):
            await judge(strict, one, no_progress)
    assert called == []


async def test_a_journal_of_another_profile_is_not_judged(portal: OperatorsPortal) -> None:
    one = msgspec.structs.replace(await register(portal, "http://127.0.0.1:1"), profile="fgis-2021")
    with pytest.raises(NotJudged, match="not-judged"):
        await judge(portal.world.settings, one, no_progress)


def test_the_judge_gets_no_secret_of_the_portal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MYEDU_DATABASE_URL", "postgresql://hunter2")
    monkeypatch.setenv("PGPASSWORD", "hunter2")
    assert "hunter2" not in str(judges._environment(str(tmp_path)))


@pytest.mark.parametrize("oid", [MOTHER, TEACHER])
async def test_only_operators_ask_and_publish(portal: OperatorsPortal, oid: int) -> None:
    await register(portal, "http://127.0.0.1:1")
    async with portal.world.signed_in(oid) as (browser, _):
        token = csrf_token(browser.cookie(SESSION_COOKIE) or "")
        for path in (f"{JOURNAL}/conformance/1/report.json", f"{JOURNAL}/conformance/publish", PUBLIC):
            assert (await browser.get(path)).status == 404
        for deed in ("", "/publish", "/withdraw"):
            for fields in ({}, {"csrf": token}):
                assert (await browser.post(f"{JOURNAL}/conformance{deed}", fields)).status == 404
    assert await portal.ask("SELECT 1 FROM operators.conformance_runs") == []
