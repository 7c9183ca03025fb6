"""The operator's pages: what is there, for whom, and what the two buttons do."""

import asyncio
import csv
import io
from datetime import timedelta
from uuid import uuid4

import pytest

from myedu.connector.sdk.client import JournalAddress, JournalClient
from myedu.kit.web.forms import csrf_token
from myedu.portal.exports import queue
from myedu.portal.exports.report import package_queries
from myedu.portal.exports.report.words import WORDS
from myedu.portal.exports.tasks import ImportTask
from myedu.portal.jobs.worker import Pace, Worker
from myedu.portal.signed_in import SESSION_COOKIE
from tests.portal.exports.packages import a_school, altered
from tests.portal.operators.conftest import MOTHER, OPERATOR, TEACHER, OperatorsPortal

LIST = "/operator/packages"


@pytest.mark.parametrize(
    ("oid", "address"), [(OPERATOR, "/pilot"), (MOTHER, "/children"), (TEACHER, "/children")]
)
async def test_an_operator_lands_on_the_pilot(portal: OperatorsPortal, oid: int, address: str) -> None:
    async with portal.world.signed_in(oid) as (browser, page):
        assert (page.status, page.url) == (200, f"{portal.world.url}{address}")
        assert await browser.location_of("/") == address


async def test_the_list_begins_with_what_waits(portal: OperatorsPortal) -> None:
    held = await portal.held()
    async with portal.operator() as browser:
        page = await browser.get(LIST)
    assert (page.status, page.h1) == (200, "Пакеты")
    assert page.html.index("ждёт вашего решения") < page.html.index("применён")
    assert f'href="{LIST}/r25-a/{held}"' in page.html
    assert "Журнал Приморья (Приморский край)" in page.html
    assert "Кирилл" in page.html


@pytest.mark.parametrize("oid", [MOTHER, TEACHER])
async def test_whoever_is_no_operator_finds_nothing(portal: OperatorsPortal, oid: int) -> None:
    held = await portal.held()
    place = f"{LIST}/r25-a/{held}"
    async with portal.world.signed_in(oid) as (browser, _):
        nothing = await browser.get("/operator/nothing")
        for path in (LIST, place, f"{place}/problems.csv", f"{place}/agree", f"{place}/refuse"):
            page = await browser.get(path)
            assert (page.status, page.h1) == (404, nothing.h1)
        token = csrf_token(browser.cookie(SESSION_COOKIE) or "")
        for fields in ({}, {"csrf": token}):
            for deed in ("agree", "refuse"):
                assert (await browser.post(f"{place}/{deed}", fields)).status == 404
    assert await portal.ask("SELECT state FROM exports.packages WHERE export_id = %s", held) == ["held"]
    assert await portal.ask("SELECT count(*) FROM jobs.pgqueuer") == [0]


async def test_a_stranger_is_led_to_sign_in(portal: OperatorsPortal) -> None:
    async with portal.world.browser() as browser:
        assert await browser.location_of(LIST) == "/enter?next=%2Foperator%2Fpackages"
        assert (await browser.post(f"{LIST}/r25-a/{uuid4()}/agree", {})).status == 401


async def test_a_role_that_has_ended_opens_nothing(portal: OperatorsPortal) -> None:
    async with portal.operator() as browser:
        assert (await browser.get(LIST)).status == 200
        await portal.ask("DELETE FROM identity.account_roles RETURNING 1")
        assert (await browser.get(LIST)).status == 404


async def test_a_package_shows_its_proposal_and_pages_of_problems(portal: OperatorsPortal) -> None:
    rows = a_school(70)
    for number in range(1, 61):
        rows = altered(rows, "persons", f"p{number}", sex="x")
    export_id = await portal.take_in(rows)
    place = f"{LIST}/r25-a/{export_id}"
    async with portal.operator() as browser:
        first = await browser.get(place)
        second = await browser.get(f"{place}?page=2")
        for nonsense in ("0", "-1", "x", "9" * 30, "0" * 8 + "1" + "9" * 19):
            assert (await browser.get(f"{place}?page={nonsense}")).html.count("persons:") == 50
        async with browser.session.get(f"{portal.world.url}{place}/problems.csv") as answer:
            text = await answer.text()
    assert "Замечания, всего 60" in first.html
    assert (first.html.count("persons:"), second.html.count("persons:")) == (50, 10)
    assert "unknown-code — в словаре" in first.html
    assert "Применить" not in first.html  # it is applied already
    lines = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert len(lines) == 60
    assert {line["words_en"] for line in lines} == {WORDS["unknown-code"]}


async def test_what_is_not_there_is_not_found(portal: OperatorsPortal) -> None:
    await portal.held()
    async with portal.operator() as browser:
        for path in (f"{LIST}/r25-a/{uuid4()}", f"{LIST}/nobody/{uuid4()}", f"{LIST}/r25-a/x", "/operator"):
            assert (await browser.get(path)).status == 404


async def test_an_agreed_package_is_applied_and_the_agreement_stands_in_the_audit(
    portal: OperatorsPortal,
) -> None:
    held = await portal.held()
    place = f"{LIST}/r25-a/{held}"
    async with portal.operator() as browser:
        page = await browser.get(place)
        assert "would archive" in page.html
        question = await browser.get(f"{place}/agree")
        assert question.h1 == "Применить пакет?"
        assert await portal.ask("SELECT count(*) FROM jobs.pgqueuer") == [0]  # a GET does nothing
        after = await browser.press(question, action=f"{place}/agree")
        assert (after.url, after.status) == (f"{portal.world.url}{place}", 200)
        assert "ждёт очереди" in after.html
        assert "hx-trigger" in after.html
        paused = await browser.get(f"{place}?pause=1")
        assert "hx-trigger" not in paused.html
        assert "Продолжить" in paused.html
        await browser.press(question, action=f"{place}/agree")  # twice is once
        assert await portal.ask("SELECT count(*) FROM jobs.pgqueuer") == [1]
        await work(portal, "SELECT state FROM exports.packages WHERE state = 'held'")
        assert ">применён<" in (await browser.get(place)).html
    assert await portal.ask("SELECT count(*) FROM people.persons WHERE archived_at IS NULL") == [10]
    assert not (portal.context.spool / "r25-a" / held).exists()
    agreed = await portal.ask(
        "SELECT account.esia_oid, line.actor_relation, line.system_id FROM audit.lines line"
        " JOIN identity.accounts account ON account.id = line.actor_account"
        " WHERE line.action = 'export.agree' AND line.detail->>'export_id' = %s",
        held,
    )
    assert set(agreed) == {(str(OPERATOR), "operator", "r25-a")}


async def work(portal: OperatorsPortal, pending: str) -> None:
    """Let a worker work until the statement gives nothing."""

    def no_client(address: JournalAddress) -> JournalClient:
        raise AssertionError("nothing is pulled here")

    stop = asyncio.Event()
    context, pace = portal.context, Pace(tick=timedelta(seconds=0.1))
    tasks = [ImportTask(context, no_client)]
    worker = Worker(context.database, portal.world.database_url, context.clock, tasks, pace)
    task = asyncio.create_task(worker.run(stop))
    for _ in range(200):
        if not await portal.ask(pending):
            break
        await asyncio.sleep(0.1)
    stop.set()
    await task
    assert await portal.ask(pending) == []


async def test_a_refused_package_is_gone_and_the_vendor_reads_why(portal: OperatorsPortal) -> None:
    held = await portal.held()
    place = f"{LIST}/r25-a/{held}"
    async with portal.operator() as browser:
        question = await browser.get(f"{place}/refuse")
        after = await browser.press(question, action=f"{place}/refuse")
        assert ">отклонён<" in after.html
        # A page that stood open: nothing happens any more, and the answer is no error.
        again = await browser.press(question, action=f"{place}/refuse")
        assert again.status == 200
        assert (await browser.get(f"{place}/agree")).h1 == after.h1
    assert await portal.ask("SELECT count(*) FROM people.persons WHERE archived_at IS NULL") == [120]
    assert not (portal.context.spool / "r25-a" / held).exists()
    (code,) = await portal.ask("SELECT code FROM exports.packages WHERE export_id = %s", held)
    assert code == "refused-by-operator"
    lines = await portal.ask(
        "SELECT actor_relation FROM audit.lines WHERE action = 'export.refuse' AND detail->>'export_id' = %s",
        held,
    )
    assert lines == ["operator"]


async def test_a_form_of_another_session_does_nothing(portal: OperatorsPortal) -> None:
    held = await portal.held()
    place = f"{LIST}/r25-a/{held}"
    async with portal.operator() as browser:
        for deed in ("agree", "refuse"):
            assert (await browser.post(f"{place}/{deed}", {})).status == 403
            assert (await browser.post(f"{place}/{deed}", {"csrf": "x" * 43})).status == 403
    assert await portal.ask("SELECT state FROM exports.packages WHERE export_id = %s", held) == ["held"]


async def test_work_under_way_and_work_that_is_stuck_are_seen(portal: OperatorsPortal) -> None:
    now = portal.world.clock.now()
    async with portal.context.database.transaction() as conn:
        await queue.enqueue(conn, "r25-a", queue.ImportJob(way="pull"))
        await conn.execute("UPDATE jobs.pgqueuer SET status = 'picked', heartbeat = %s", [now])
        await package_queries.begin_run(conn, "r25-a", "pull", now)
        await package_queries.keep_progress(conn, "r25-a", "match", 250_000, 1_000_000, now)
    async with portal.operator() as browser:
        page = await browser.get(LIST)
        assert "идёт работа" in page.html
        assert "сопоставление: 250\xa0000 из 1\xa0000\xa0000" in page.html
        assert 'value="25"' in page.html
        portal.world.clock.advance(timedelta(minutes=5))
        assert "застряло: нет признаков жизни" in (await browser.get(LIST)).html


async def test_a_failed_run_says_what_to_do(portal: OperatorsPortal) -> None:
    now = portal.world.clock.now()
    async with portal.context.database.transaction() as conn:
        await package_queries.begin_run(conn, "r25-a", "pull", now)
        await package_queries.end_run(conn, "r25-a", now, code="unauthorized", sentence="check the key")
    async with portal.operator() as browser:
        assert "unauthorized — check the key" in (await browser.get(LIST)).html


async def test_english_speaks_english(portal: OperatorsPortal) -> None:
    held = await portal.held()
    async with portal.operator() as browser:
        page = await browser.get(f"{LIST}/r25-a/{held}", **{"accept-language": "en"})
    assert page.h1 == "Package of r25-a"
    assert "waits for your decision" in page.html
