"""A family asks, the head answers, the journal is corrected, the diary is found; nobody else sees it."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest

from myedu.kit.clock import FixedClock
from myedu.portal.access_requests.room import ROOM
from myedu.portal.access_requests.service import OpenCounts, open_counts
from myedu.portal.access_requests.store import delete_closed as delete_expired
from myedu.portal.access_requests.tasks import CheckTask, check
from myedu.portal.people import service as people
from myedu.portal.tasks import JobRun
from tests.portal.access_requests.conftest import NEAR, TIMUR, Town, ask_path
from tests.portal.conftest import NOON
from tests.portal.diary.conftest import text_of

MISSING, ASK = "/children/missing", "/children/missing/ask"
PAVEL, UNCONFIRMED = 1000300004, 1000300007


async def corrected(town: Town) -> None:
    """What the next export brings."""
    await town.sql("UPDATE people.persons SET snils = %(snils)s WHERE id = 'timur'", snils=TIMUR)


async def test_a_family_asks_and_the_diary_is_found(town: Town) -> None:
    empty = await town.mother.get("/children")
    assert f'href="{MISSING}"' in empty.html
    page = await town.mother.get(MISSING)
    assert page.h1 == "Дневник не найден"
    text = text_of(page)
    assert "Чижов Тимур Олегович, дата рождения 04.04.2013" in text
    assert "По этому СНИЛС портал не находит дневника" in text

    found = await town.mother.get(f"{ASK}?child=kid-1&q=%D1%88%D0%BA%D0%BE%D0%BB%D0%B0+1")  # «школа 1»
    assert "Найдено: 1" in text_of(found)
    assert "system=near" in found.html
    form = await town.mother.get(ask_path())
    sent = await town.mother.press(form, action=ASK)
    assert sent.h1 == "Обращение: Чижов Тимур Олегович"
    assert "Отправлено" in text_of(sent)
    assert TIMUR not in sent.html

    listed = await town.head.get("/school/requests")
    assert "Чижов Тимур Олегович" in text_of(listed)
    request = await town.request_id()
    opened = await town.head.get(f"/school/requests/{request}")
    text = text_of(opened)
    for words in ("В журнале нет СНИЛС ученика", "Впишите СНИЛС", "Чижова Алина", "•••-•••-•91 55", "5 «А»"):
        assert words in text
    assert TIMUR not in opened.html
    assert "Школа увидела" in text_of(await town.mother.get(f"{MISSING}/requests/{request}"))

    answered = await town.post(
        town.head, f"/school/requests/{request}/answer", answer="fixed", words="Вписали СНИЛС."
    )
    assert "Ответ: исправлено" in text_of(answered)
    text = text_of(await town.mother.get(f"{MISSING}/requests/{request}"))
    assert "Вписали СНИЛС." in text
    assert "дневник появится после следующей выгрузки" in text

    await corrected(town)
    closed = await town.mother.get(f"{MISSING}/requests/{request}")
    assert "Дневник найден" in text_of(closed)
    [[child]] = await town.sql("SELECT public_id FROM people.persons WHERE id = 'timur'")
    assert f'href="/c/{child}/today"' in closed.html
    assert (await town.mother.get(f"/c/{child}/today")).status == 200
    assert "Портал нашёл дневник" in text_of(await town.head.get(f"/school/requests/{request}"))


async def test_every_step_is_in_the_audit(town: Town) -> None:
    [[before]] = await town.sql("SELECT coalesce(max(id), 0) FROM audit.lines")
    await town.ask(town.mother)
    request = await town.request_id()
    await town.head.get("/school/requests")
    await town.head.get(f"/school/requests/{request}")
    await town.post(town.head, f"/school/requests/{request}/answer", answer="documents", words="")
    await corrected(town)
    await town.mother.get(MISSING)
    lines = await town.sql(
        "SELECT action, actor_relation, person_id, detail->>'request' FROM audit.lines"
        " WHERE id > %(before)s AND action LIKE 'request.%%' ORDER BY id",
        before=before,
    )
    about = str(request)
    assert lines == [
        ("request.send", "self", None, about),
        ("request.list", "head", None, None),
        ("request.read", "head", "timur", about),
        ("request.read", "head", "timur", about),  # the form is checked with the request open
        ("request.answer", "head", "timur", about),
        ("request.read", "head", "timur", about),
        ("request.found", "system", None, about),
    ]


async def test_the_worker_finds_what_a_package_has_brought(town: Town) -> None:
    await town.ask(town.mother)
    request = await town.request_id()
    task = CheckTask(town.home.database, FixedClock(NOON))
    async with town.home.database.transaction() as conn:
        assert await task.subjects(conn) == ["near"]
        [due] = await task.due(conn, NOON)
        assert await task.due(conn, NOON) == []
    await task.run(JobRun(due.subject, b"", 1))
    assert await town.sql("SELECT state FROM access_requests.requests") == [("sent",)]
    await corrected(town)
    await task.run(JobRun(due.subject, b"", 1))
    assert await town.sql("SELECT state, closed_as FROM access_requests.requests") == [("closed", "found")]
    events = await town.sql("SELECT what, done_by FROM access_requests.events ORDER BY id")
    assert events == [("sent", "family"), ("found", "portal")]
    assert await check(town.home.database, FixedClock(NOON), None) == 0
    assert "Дневник найден" in text_of(await town.mother.get(f"{MISSING}/requests/{request}"))


async def test_for_all_others_nothing_is_here(town: Town) -> None:
    await town.ask(town.mother)
    request = await town.request_id()
    own, school = f"{MISSING}/requests/{request}", f"/school/requests/{request}"
    operators = f"/operator/requests/{request}"
    outsiders = {
        own: (town.stranger, town.head, town.operator),
        school: (town.mother, town.stranger, town.operator),
        "/school/requests": (town.mother, town.stranger, town.operator),
        "/operator/requests": (town.mother, town.head, town.other_head, town.deputy),
        # The school has its head: the operator has nothing to read here.
        operators: (town.mother, town.head, town.operator),
    }
    for path, browsers in outsiders.items():
        nothing = path.replace(str(request), str(uuid4()))
        for browser in browsers:
            page, none = await browser.get(path), await browser.get(nothing)
            assert (page.status, none.status) == (404, 404), path
            assert page.h1 == none.h1
        async with town.home.world.browser() as anonymous:
            assert (await anonymous.location_of(path)).startswith("/enter")
    for path in (school, f"/school/requests/{uuid4()}", "/school/requests"):
        # A head who has confirmed no school is led to where they do.
        assert await town.other_head.location_of(path) == "/school"
    for path in (f"{own}/close", f"{school}/answer", operators, f"{operators}/answer"):
        page = await town.post(
            town.stranger, path, answer="refused", words="Я не директор", reason="проверка связи"
        )
        assert page.status == 404, path
    assert await town.sql("SELECT state FROM access_requests.requests") == [("sent",)]


async def test_an_operator_answers_where_no_head_is_connected(town: Town) -> None:
    await town.ask(town.mother, system="far")
    request = await town.request_id()
    listed = await town.operator.get("/operator/requests")
    assert "Школа № 7" in text_of(listed)
    assert "Чижов" not in listed.html
    question = await town.operator.get(f"/operator/requests/{request}")
    assert "Чижов" not in question.html
    assert (await town.post(town.operator, f"/operator/requests/{request}", reason="просто")).status == 422
    assert await town.sql("SELECT state FROM access_requests.requests") == [("sent",)]
    opened = await town.post(town.operator, f"/operator/requests/{request}", reason="жалоба 123 от 1.12")
    assert "Чижов Тимур" in text_of(opened)
    path = f"/operator/requests/{request}/answer"
    reason = "жалоба 123 от 1.12"
    assert (await town.post(town.operator, path, answer="refused", words="нет", reason=reason)).status == 422
    done = await town.post(town.operator, path, answer="not-ours", words="", reason=reason)
    assert done.h1 == "Обращения семей"
    reasons = await town.sql(
        "SELECT DISTINCT action, detail->>'reason' FROM audit.lines WHERE actor_relation = 'operator'"
        " AND action LIKE 'request.%%' ORDER BY 1"
    )
    assert reasons == [("request.answer", reason), ("request.read", reason)]
    assert "Оператор портала ответил: Не наш ученик" in text_of(
        await town.mother.get(f"{MISSING}/requests/{request}")
    )


async def test_a_family_closes_and_asks_again(town: Town) -> None:
    first = await town.ask(town.mother, comment="Пишу\x00 впервые")
    again = await town.ask(town.mother, comment="Прошла неделя")
    assert again.url == first.url
    assert "Прошла неделя" in text_of(again)
    assert await town.sql("SELECT count(*) FROM access_requests.requests") == [(1,)]
    request = await town.request_id()
    await town.post(town.head, f"/school/requests/{request}/answer", answer="documents", words="Ждём вас.")
    await town.ask(town.mother, comment="Приходили, не приняли")
    assert await town.sql("SELECT state, answer FROM access_requests.requests") == [("sent", None)]
    closed = await town.post(town.mother, f"{MISSING}/requests/{request}/close")
    assert "Вы закрыли это обращение" in text_of(closed)
    await town.post(town.head, f"/school/requests/{request}/answer", answer="fixed", words="")
    assert await town.sql("SELECT state, closed_as FROM access_requests.requests") == [("closed", "family")]
    assert (await town.ask(town.mother)).url != first.url


async def test_a_person_has_five_open_requests_at_most(town: Town) -> None:
    typed = {"child": "other", "last_name": "Чижов", "birth_date": "01.09.2014"}
    for number in range(5):
        assert (await town.ask(town.mother, **typed, first_name=f"Имя{number}")).status == 200
    refused = await town.ask(town.mother, **typed, first_name="Шестой")
    assert refused.status == 422
    assert "У вас уже 5 открытых обращений" in text_of(refused)
    assert "Шестой" in refused.html, "what was typed stays"
    assert await town.sql("SELECT count(*) FROM access_requests.requests") == [(5,)]
    assert (await town.ask(town.stranger, **typed, first_name="Седьмой")).status == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("birth_date", "31.02.2014"),
        ("birth_date", "2999-01-01"),
        ("first_name", " \u200b "),
        ("last_name", ""),
    ],
)
async def test_a_form_with_mistakes_is_shown_again(town: Town, field: str, value: str) -> None:
    typed = {"child": "other", "last_name": "Чижов", "first_name": "Тимур", "birth_date": "04.04.2013"}
    page = await town.ask(town.mother, **{**typed, field: value})
    assert page.status == 422
    assert "Некоторые поля пусты или заполнены неверно" in text_of(page)
    assert await town.sql("SELECT count(*) FROM access_requests.requests") == [(0,)]


async def test_a_school_that_is_none_cannot_be_asked(town: Town) -> None:
    for wrong in ({**NEAR, "organization": "o9"}, {**NEAR, "system": "elsewhere"}, {**NEAR, "region": ""}):
        assert (await town.ask(town.mother, **wrong)).status == 422
    assert await town.sql("SELECT count(*) FROM access_requests.requests") == [(0,)]


async def test_requests_of_erased_persons_are_erased(town: Town) -> None:
    await corrected(town)
    await town.ask(town.mother, child="other", last_name="Ч", first_name="Т", birth_date="01.01.2015")
    await town.sql("UPDATE people.persons SET snils = NULL WHERE id = 'timur'")
    await town.ask(town.mother)
    await corrected(town)
    async with town.home.database.transaction() as conn:
        await conn.execute(
            "INSERT INTO people.erased (region, system_id, person_id, public_id, snils)"
            " SELECT region, system_id, id, public_id, snils FROM people.persons WHERE id = 'timur'"
        )
        await conn.execute("DELETE FROM people.persons WHERE id = 'timur'")
        assert ROOM.erase is not None
        await ROOM.erase(conn, "14", "near")
        left = await (await conn.execute("SELECT asks_for FROM access_requests.requests")).fetchall()
        assert left == [("typed",)]
        raise psycopg.Rollback


async def test_a_deputy_answers_until_the_school_is_theirs_no_more(town: Town) -> None:
    await town.ask(town.mother)
    await town.ask(
        town.stranger, child="other", last_name="Ю", first_name="Я", birth_date="01.01.2015", system="far"
    )
    request = (await town.sql("SELECT id FROM access_requests.requests WHERE system_id = 'near'"))[0][0]
    assert 'href="/school/requests"' in (await town.deputy.get("/")).html
    listed = text_of(await town.deputy.get("/school/requests"))
    assert "Чижов Тимур Олегович" in listed
    assert "Ю Я" not in listed
    answered = await town.post(town.deputy, f"/school/requests/{request}/answer", answer="not-ours", words="")
    assert "Ответ: не наш ученик" in text_of(answered)
    assert await town.sql(
        "SELECT DISTINCT actor_relation FROM audit.lines WHERE action = 'request.answer'"
        " AND detail->>'request' = %(id)s",
        id=str(request),
    ) == [("deputy",)]
    await town.sql("UPDATE people.verified_staff SET withdrawn_at = now(), withdrawn_reason = 'x'")
    try:
        assert (await town.deputy.get(f"/school/requests/{request}")).status == 404
        assert (await town.deputy.get("/school/requests")).status == 404
    finally:
        await town.sql("UPDATE people.verified_staff SET withdrawn_at = NULL, withdrawn_reason = NULL")


async def test_counts_for_a_regions_officers_and_the_night(town: Town) -> None:
    await town.ask(town.mother)
    async with town.home.database.connection() as conn:
        assert await open_counts(conn, "14") == OpenCounts(1, 1, 0, NOON)
        assert await open_counts(conn, "25") == OpenCounts(0, 0, 0, None)
    request = await town.request_id()
    await town.post(town.head, f"/school/requests/{request}/answer", answer="fixed", words="")
    async with town.home.database.connection() as conn:
        assert await open_counts(conn, "14") == OpenCounts(1, 0, 1, None)
    await town.post(town.mother, f"{MISSING}/requests/{request}/close")
    await town.sql(
        "INSERT INTO people.esia_kids_incomplete"
        " VALUES ('old', 1, now() - interval '1 year'), ('new', 1, now())"
    )
    async with town.home.database.transaction() as conn:
        assert await delete_expired(conn, NOON - timedelta(days=1)) == 0
        assert await delete_expired(conn, NOON + timedelta(days=1)) == 1
        assert await people.forget_incomplete_kids(conn, datetime.now(UTC) - timedelta(days=60)) == 1
        left = await (await conn.execute("SELECT parent_oid FROM people.esia_kids_incomplete")).fetchall()
        assert left == [("new",)]
        await conn.execute("DELETE FROM people.esia_kids_incomplete")
    assert await town.sql("SELECT count(*) FROM access_requests.events") == [(0,)]


async def test_a_pupil_asks_from_fourteen_on(town: Town) -> None:
    """Maria is sixteen; Pavel is twelve, and signs in with a child's account."""
    await town.sql("UPDATE people.enrollments SET archived_at = now() WHERE person_id IN ('maria', 'pavel')")
    try:
        pupil = town.home.pupil
        assert "сейчас не зачислен ни в один класс" in text_of(await pupil.get(MISSING))
        sent = await town.ask(pupil, child="self")
        assert sent.h1 == "Обращение: Синицына Мария"
        request = await town.request_id()
        opened = text_of(await town.head.get(f"/school/requests/{request}"))
        assert "Ученик спрашивает о своём дневнике" in opened
        assert "Ученик сейчас не зачислен ни в один класс" in opened
        async with town.home.world.signed_in(PAVEL) as (child, _):
            page = await child.get(MISSING)
            assert "попросите написать кого-то из родителей" in text_of(page)
            assert ASK not in page.html
            assert await child.location_of(ask_path(child="self")) == MISSING
            assert (await town.ask(child, child="self")).h1 == "Дневник не найден"
        assert await town.sql("SELECT count(*) FROM access_requests.requests") == [(1,)]
    finally:
        await town.sql("UPDATE people.enrollments SET archived_at = NULL")
    assert "Дневник найден" in text_of(await town.home.pupil.get(f"{MISSING}/requests/{request}"))


async def test_every_dead_end_leads_here(town: Town) -> None:
    assert f'href="{MISSING}"' in (await town.stranger.get("/children")).html
    lost = await town.stranger.get(f"/c/{uuid4()}/today")
    assert (lost.status, f'href="{MISSING}"' in lost.html) == (404, True)
    async with town.home.world.signed_in(UNCONFIRMED) as (browser, page):
        assert page.status == 403
        assert 'href="/help/diary-not-found"' in page.html
        assert f'href="{MISSING}"' in (await browser.get("/help/diary-not-found")).html
