"""/operator/journals/{system}: what a real journal did to a family, as an operator reads it; the deeds."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import msgspec
import pytest
from starlette.responses import HTMLResponse, Response

from myedu.kit.web.forms import csrf_token
from myedu.portal.federation import history
from myedu.portal.signed_in import SESSION_COOKIE
from tests.portal.browser import Browser, Page
from tests.portal.diary.conftest import Home, OpenHome, open_home, text_of  # noqa: F401
from tests.portal.exports.packages import a_school
from tests.portal.operators.conftest import MOTHER, OPERATOR, ORGANISATION, TEACHER, OperatorsPortal
from tests.portal.operators.test_pages import work

NEAR = "/operator/journals/near"
BROKEN: Any = Response("Traceback: Мария Синицына", 500)
NGINX: Any = HTMLResponse("<html><head><title>502 Bad Gateway</title></head><body></body></html>", 502)


class Site(msgspec.Struct, frozen=True):
    """A family, its journals, and an operator."""

    home: Home
    operator: Browser
    strangers: dict[str, Browser]

    async def mother_reads(self, times: int = 1) -> Page:
        for _ in range(times):
            page = await self.home.mother.get(f"/c/{self.home.maria}/week/2026-11-25")
        return page

    async def counted(self, statement: str, expected: Any) -> None:
        """Wait until the portal has written what it counted."""
        found: Any = None
        for _ in range(100):
            found = await self.home.statements_of(statement)
            if found == expected:
                return
            await asyncio.sleep(0.05)
        assert found == expected

    async def audit(self, action: str) -> list[tuple[Any, ...]]:
        return await self.home.statements_of(
            "SELECT account.esia_oid, line.system_id FROM audit.lines line"
            " JOIN identity.accounts account ON account.id = line.actor_account"
            " WHERE line.action = %(action)s",
            action=action,
        )


@pytest.fixture(scope="module")
async def the_site(
    open_home: OpenHome,  # noqa: F811
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Site]:
    spool: Path = tmp_path_factory.mktemp("spool")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(history, "_SECONDS", 0.05)  # tests don't wait a minute
        async with AsyncExitStack() as stack:
            enter = stack.enter_async_context
            home = await enter(
                open_home(
                    spool=spool, operator_organisations=(ORGANISATION,), system_seconds=0, journal_failures=2,
                    journal_pause_seconds=600, journal_longest_pause_seconds=600, fresh_seconds=0,
                )
            )  # fmt: skip
            operator, _ = await enter(home.world.signed_in(OPERATOR))
            teacher, _ = await enter(home.world.signed_in(TEACHER))
            strangers = {"mother": home.mother, "outsider": home.outsider, "teacher": teacher}
            yield Site(home, operator, strangers)


@pytest.fixture
async def site(the_site: Site) -> Site:
    """Nothing has happened yet, and the journals are well."""
    home = the_site.home
    for journal in (home.near, home.far):
        journal.fault, journal.pause = None, 0.0
    await the_site.operator.get("/operator/journals")
    await asyncio.sleep(0.2)  # what the test before counted is written
    async with home.database.transaction() as conn:
        for table in ("federation.copies", "federation.hours", "federation.exchanges"):
            await conn.execute(f"DELETE FROM {table}")
        await conn.execute("UPDATE people.systems SET paused_at = NULL")
        # as an operator would: every process tries it again
        await conn.execute(
            "INSERT INTO federation.wake_ups SELECT id, clock_timestamp() FROM people.systems"
            " ON CONFLICT (system_id) DO UPDATE SET at = excluded.at"
        )
    return the_site


COLUMNS = ("Чтения", "Свежие", "Копии", "Ничего")
READS = (
    "SELECT sum(fresh)::int, sum(stale)::int, sum(unavailable)::int FROM federation.hours"
    " WHERE system_id = 'near'"
)


async def test_the_page_counts_what_the_family_saw(site: Site) -> None:
    await site.mother_reads(2)
    site.home.near.fault = NGINX
    await site.mother_reads()
    await site.counted(READS, [(2, 1, 0)])
    overview = await site.operator.get("/operator/journals")
    assert "66,7\xa0%" in overview.html
    assert f'href="{NEAR}"' in overview.html
    for query in ("", "?span=month"):
        page = await site.operator.get(f"{NEAR}{query}")
        assert (page.status, page.h1) == (200, "Журнал")
        text = text_of(page)
        assert "Чтений: 3." in text
        cells = [f'data-label="{name}">{n}</td>' for name, n in zip(COLUMNS, (3, 2, 1, 0), strict=True)]
        assert all(cell in page.html for cell in cells)
        assert "failed: " in text
        assert page.html.count("<svg") >= 4
        assert page.html.count("<details") == 2  # packages and rows: nothing happened


async def test_an_exchange_is_drilled_down_to_its_request_answer_and_runbook(site: Site) -> None:
    site.home.near.fault = NGINX
    await site.mother_reads()
    await site.counted("SELECT count(*) > 0 FROM federation.exchanges WHERE status = 502", [(True,)])
    page = await site.operator.get(f"{NEAR}?problem=failed")
    assert "Журнал сообщает о своей неисправности." in page.html
    (address, *_) = re.findall(rf'href="({NEAR}/exchanges/\d+)"', page.html)
    shown = await site.operator.get(address)
    text = text_of(shown)
    assert shown.h1 == "Обмен с журналом: Журнал"
    assert "502 Bad Gateway" in text
    assert re.search(r"GET /v1/students/pupil-[0-9a-f]{4}/diary\?from=2026-11-23&to=2026-11-29", text)
    assert "text/html" in text
    (runbook,) = set(re.findall(r'href="(/operator/runbooks/region-down#[^"]+)"', shown.html))
    opened = await site.operator.get(runbook)
    assert f'id="{runbook.partition("#")[2]}"' in opened.html
    for stranger in site.strangers.values():
        nothing = await stranger.get("/operator/nothing")
        for path in (NEAR, address):
            found = await stranger.get(path)
            assert (found.status, found.h1) == (404, nothing.h1)


async def test_nothing_of_a_person_is_on_the_pages(site: Site) -> None:
    site.home.near.fault = BROKEN
    await site.mother_reads()
    await site.counted("SELECT count(*) > 0 FROM federation.exchanges", [(True,)])
    page = await site.operator.get(NEAR)
    pages = [page.html]
    for address in re.findall(rf'href="({NEAR}/exchanges/\d+)"', page.html):
        pages.append((await site.operator.get(address)).html)
    assert len(pages) > 1
    for html in pages:
        for known in ("maria", "Мария", "Синицына", "Traceback", "Bearer"):
            assert known not in html


async def test_pages_of_exchanges_and_nonsense_in_addresses(site: Site) -> None:
    async with site.home.database.transaction() as conn:
        await conn.execute(
            "INSERT INTO federation.exchanges (system_id, at, method, problem, seconds, headers)"
            " SELECT 'near', now(), 'diary', CASE WHEN n <= 30 THEN 'cut' ELSE 'timeout' END, 0.1, '{}'"
            " FROM generate_series(1, 45) n"
        )
    first = await site.operator.get(NEAR)
    second = await site.operator.get(f"{NEAR}?page=2")
    third = await site.operator.get(f"{NEAR}?page=3")
    count = [page.html.count("/exchanges/") for page in (first, second, third)]
    assert count == [20, 20, 5]
    assert "Более старые обмены" in second.html
    assert "Более новые обмены" in second.html
    assert (await site.operator.get(f"{NEAR}?problem=cut&page=2")).html.count("/exchanges/") == 10
    for query in ("page=0", "page=x", "problem=nothing", "span=x", "asked=<b>", "asked=no-such-code"):
        page = await site.operator.get(f"{NEAR}?{query}")
        assert page.html.count("/exchanges/") == 20
        assert "<b>" not in page.html.partition("<main")[2].partition("</h1>")[0]
    for path in (f"{NEAR}/exchanges/{2**70}", f"{NEAR}/exchanges/0", "/operator/journals/nobody"):
        assert (await site.operator.get(path)).status == 404
    other = re.findall(rf'href="{NEAR}/exchanges/(\d+)"', first.html)[0]
    assert (await site.operator.get(f"/operator/journals/far/exchanges/{other}")).status == 404


async def test_a_pause_asks_first_closes_the_journal_and_ends(site: Site) -> None:
    await site.mother_reads()
    question = await site.operator.get(f"{NEAR}/pause")
    assert question.h1 == "Приостановить журнал?"
    assert "Семьи видят последние копии" in question.html
    assert await site.home.statements_of("SELECT 1 FROM people.systems WHERE paused_at IS NOT NULL") == []
    paused = await site.operator.press(question, action=f"{NEAR}/pause")
    assert "на паузе с" in paused.html
    assert "не подключ" in (await site.mother_reads()).html
    asked = site.home.near.asked["diary"]
    await site.operator.press(question, action=f"{NEAR}/pause")  # twice is once
    assert await site.audit("journal.pause") == [(str(OPERATOR), "near")]
    assert (await site.operator.get(f"{NEAR}/pause")).h1 == "Журнал"  # nothing to ask any more
    question = await site.operator.get(f"{NEAR}/resume")
    await site.operator.press(question, action=f"{NEAR}/resume")
    await site.mother_reads()
    assert site.home.near.asked["diary"] == asked + 1
    assert await site.audit("journal.resume") == [(str(OPERATOR), "near")]


async def test_a_journal_that_rests_is_asked_and_if_it_answers_the_rest_ends(site: Site) -> None:
    site.home.near.fault = BROKEN
    await site.mother_reads(3)
    asked = site.home.near.asked["diary"]
    site.home.near.fault = None
    await site.mother_reads()
    assert site.home.near.asked["diary"] == asked  # it rests
    page = await site.operator.get(NEAR)
    after = await site.operator.press(page, action=f"{NEAR}/wake")
    assert "снова спрашивают все процессы" in after.html
    await site.mother_reads()
    assert site.home.near.asked["diary"] == asked + 1
    assert await site.audit("journal.wake") == [(str(OPERATOR), "near")]


async def test_a_journal_that_is_away_says_so_when_it_is_asked(site: Site) -> None:
    async with site.home.database.transaction() as conn:
        await conn.execute("UPDATE people.systems SET base_url = 'http://127.0.0.1:1' WHERE id = 'far'")
    page = await site.operator.get("/operator/journals/far")
    after = await site.operator.press(page, action="/operator/journals/far/wake")
    assert "Журнал не отвечает (unreachable)" in after.html
    async with site.home.database.transaction() as conn:
        await conn.execute("UPDATE people.systems SET base_url = %s WHERE id = 'far'", [site.home.far.url])


@pytest.mark.parametrize("deed", ["pause", "resume", "wake", "pull"])
async def test_deeds_are_for_operators_with_their_own_form(site: Site, deed: str) -> None:
    for stranger in site.strangers.values():
        token = csrf_token(stranger.cookie(SESSION_COOKIE) or "")
        for fields in ({}, {"csrf": token}):
            assert (await stranger.post(f"{NEAR}/{deed}", fields)).status == 404
    assert (await site.operator.post(f"{NEAR}/{deed}", {})).status == 403
    async with site.home.world.browser() as browser:
        assert (await browser.post(f"{NEAR}/{deed}", {})).status == 401
    token = csrf_token(site.operator.cookie(SESSION_COOKIE) or "")
    missing = await site.operator.post(f"/operator/journals/nobody/{deed}", {"csrf": token})
    assert missing.status == 404
    assert await site.home.statements_of("SELECT 1 FROM people.systems WHERE paused_at IS NOT NULL") == []
    assert await site.home.statements_of("SELECT 1 FROM jobs.pgqueuer") == []


async def test_an_export_is_fetched_now_and_once(portal: OperatorsPortal) -> None:
    async with portal.operator() as browser:
        page = await browser.get("/operator/journals/r25-a")
        for _ in range(2):
            after = await browser.press(page, action="/operator/journals/r25-a/pull")
        assert "ждёт очереди" in after.html
    assert await portal.ask("SELECT count(*) FROM jobs.pgqueuer") == [1]
    assert len(await portal.ask("SELECT 1 FROM audit.lines WHERE action = 'export.retry'")) == 2


async def test_the_last_package_is_rolled_back_after_a_question_with_its_rows(
    portal: OperatorsPortal,
) -> None:
    first = await portal.take_in(a_school(20))
    last = await portal.take_in(a_school(24))
    place = f"/operator/packages/r25-a/{last}"
    async with portal.operator() as browser:
        earlier = await browser.get(f"/operator/packages/r25-a/{first}")
        assert "Вернуть до последнего пакета" not in earlier.html
        assert (await browser.get(f"/operator/packages/r25-a/{first}/roll-back")).h1 == earlier.h1
        page = await browser.get(place)
        assert f'href="{place}/roll-back"' in page.html
        assert f'href="{place}/roll-back"' in (await browser.get("/operator/journals/r25-a")).html
        question = await browser.get(f"{place}/roll-back")
        assert question.h1 == "Вернуть регион к тому, что было до пакета?"
        assert "Приморский край" in question.html
        assert "добавлено 8" in question.html  # four pupils and their guardians
        await browser.press(question, action=f"{place}/roll-back")
        await work(
            portal, "SELECT 1 FROM exports.packages WHERE state = 'applied' AND export_id = '" + last + "'"
        )
        assert (
            ">отменён<" in (await browser.get(place)).html or "rolled-back" in (await browser.get(place)).html
        )
        again = await browser.press(question, action=f"{place}/roll-back")  # a page that stood open
        assert again.status == 200
    assert await portal.ask("SELECT count(*) FROM jobs.pgqueuer") == [0]
    who = await portal.ask(
        "SELECT account.esia_oid FROM audit.lines line JOIN identity.accounts account"
        " ON account.id = line.actor_account WHERE line.action = 'export.roll-back'"
    )
    assert who == [str(OPERATOR)]


@pytest.mark.parametrize("oid", [MOTHER, TEACHER])
async def test_only_operators_roll_back_and_retry(portal: OperatorsPortal, oid: int) -> None:
    last = await portal.take_in(a_school(20))
    place = f"/operator/packages/r25-a/{last}"
    async with portal.world.signed_in(oid) as (browser, _):
        token = csrf_token(browser.cookie(SESSION_COOKIE) or "")
        assert (await browser.get(f"{place}/roll-back")).status == 404
        for deed in ("roll-back", "retry"):
            for fields in ({}, {"csrf": token}):
                assert (await browser.post(f"{place}/{deed}", fields)).status == 404
    assert await portal.ask("SELECT state FROM exports.packages") == ["applied"]
    assert await portal.ask("SELECT count(*) FROM jobs.pgqueuer") == [0]
