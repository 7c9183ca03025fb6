"""The head's pages about the staff: for the head of the school, and for nobody else."""

import csv
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlencode

import pytest

from tests.connector.sdk.school import TEACHER as POST
from tests.portal.browser import Browser
from tests.portal.conftest import NOON, Rows
from tests.portal.diary.conftest import Home, OpenHome, open_home, text_of  # noqa: F401
from tests.portal.staff.teacher import (
    NAMES,
    OID,
    SCHOOL_IN_ESIA,
    SNILS,
    add_post,
    confirm_school,
    name_at_esia,
)

TEACHER, HEAD, OPERATOR = 1000300006, 1000300012, 1000300009
OPERATORS_ORGANISATION = "1000400002"
STAFF = "/school/staff"
DEEDS = ("confirm", "confirm-all", "decline")


@pytest.fixture(scope="module")
async def the_school(open_home: OpenHome) -> AsyncIterator[Home]:  # noqa: F811
    async with open_home(operator_organisations=(OPERATORS_ORGANISATION,)) as home:
        await add_post(home)
        yield home


@pytest.fixture
async def school(the_school: Home) -> Home:
    """The school as it was: confirmed, its teacher waiting for the head."""
    async with the_school.database.transaction() as conn:
        for table in (
            "people.verified_organizations", "people.verified_staff", "verification.staff_matches",
            "verification.staff_declined", "verification.esia_employees",
        ):  # fmt: skip
            await conn.execute(f"DELETE FROM {table}")
        await conn.execute("DELETE FROM people.staff WHERE id <> %s", [POST.id])
        await conn.execute("DELETE FROM people.persons WHERE id LIKE 'extra%'")
        await conn.execute(
            "UPDATE people.persons SET last_name = %s, snils = %s WHERE id = 't'", [NAMES["last_name"], SNILS]
        )
    await confirm_school(the_school)
    await name_at_esia(the_school)
    return the_school


@asynccontextmanager
async def acting(home: Home, oid: int, organisation: str = SCHOOL_IN_ESIA) -> AsyncIterator[Browser]:
    """A browser of somebody who has signed in for an organisation."""
    async with home.world.signed_in(oid) as (browser, _):
        async with home.database.transaction() as conn:
            await conn.execute(
                "UPDATE identity.login_sessions SET acting_for = %s WHERE account_id ="
                " (SELECT id FROM identity.accounts WHERE esia_oid = %s)",
                [organisation, str(oid)],
            )
        yield browser


@pytest.fixture
async def head(school: Home) -> AsyncIterator[Browser]:
    async with acting(school, HEAD) as browser:
        yield browser


def deed(name: str, post: str = POST.id, system: str = "near") -> str:
    return f"{STAFF}/{name}?{urlencode({'system': system, 'post': post})}"


async def lines(home: Home, action: str) -> list[tuple[str, str, dict[str, object]]]:
    """Who did it to whom, by the audit; the newest last."""
    found = await home.statements_of(
        "SELECT actor_relation, person_id, detail FROM audit.lines WHERE action = %(action)s ORDER BY id",
        action=action,
    )
    return [(relation, person, detail) for relation, person, detail in found]


async def state_of(home: Home, staff_id: str = POST.id) -> str:
    (row,) = await home.statements_of(
        "SELECT state FROM verification.staff_matches WHERE staff_id = %(id)s", id=staff_id
    )
    return str(row[0])


async def test_the_head_confirms_whom_export_and_esia_agree_about(school: Home, head: Browser) -> None:
    page = await head.get(STAFF)
    assert page.status == 200
    text = text_of(page)
    for words in ("Орлова Тамара Ивановна", "ждёт", "Не хватает только вашего подтверждения", "Все: 1"):
        assert words in text
    async with school.world.signed_in(TEACHER) as (teacher, landed):
        assert landed.h1 == "Мои должности"
        assert "Директору осталось вас подтвердить" in text_of(landed)
        assert "/staff/day" not in landed.html, "no link to what isn't there yet"
        assert (await teacher.get("/staff/day")).status == 404
        question = await head.get(f"{STAFF}/confirm-all")
        assert "Орлова Тамара Ивановна" in text_of(question)
        page = await head.press(question, action=f"{STAFF}/confirm-all")
        assert "подтверждён" in text_of(page)
        assert await head.location_of(f"{STAFF}/confirm-all") == STAFF, "nobody is left"
        assert await teacher.location_of("/") == "/staff/day"
        assert (await teacher.get("/staff/groups")).status == 200
    assert (await lines(school, "staff.confirm"))[-1] == (
        "head", "t", {"post": POST.id, "reason": "all-exact"},
    )  # fmt: skip


async def test_another_name_is_confirmed_one_by_one_and_never_with_all(school: Home, head: Browser) -> None:
    async with school.database.transaction() as conn:
        await conn.execute("UPDATE people.persons SET last_name = 'Иванова' WHERE id = 't'")
    text = text_of(await head.get(STAFF))
    assert "В выгрузке: Иванова Тамара Ивановна, в ЕСИА: Орлова Тамара Ивановна" in text
    assert await head.location_of(f"{STAFF}/confirm-all") == STAFF
    question = await head.get(deed("confirm"))
    assert question.h1 == "Это один человек?"
    page = await head.press(question, action=f"{STAFF}/confirm")
    assert "подтверждён" in text_of(page)
    assert "в ЕСИА: Орлова" in text_of(page), "it stays visible"
    assert (await lines(school, "staff.confirm"))[-1][2]["reasons"] == ["name-differs", "head-not-confirmed"]


async def test_what_has_changed_since_the_question_is_asked_again(school: Home, head: Browser) -> None:
    question = await head.get(deed("confirm"))
    async with school.database.transaction() as conn:
        await conn.execute("UPDATE people.persons SET last_name = 'Иванова' WHERE id = 't'")
    page = await head.press(question, action=f"{STAFF}/confirm")
    assert page.h1 == "Это один человек?"
    assert await state_of(school) == "differing"


async def test_the_head_withdraws_and_the_teacher_sees_nothing(school: Home, head: Browser) -> None:
    await head.press(await head.get(deed("confirm")), action=f"{STAFF}/confirm")
    async with school.world.signed_in(TEACHER) as (teacher, _):
        assert (await teacher.get("/staff/day")).status == 200
        question = await head.get(deed("decline"))
        assert question.h1 == "Отозвать подтверждение?"
        form = next(form for form in question.forms if form.action == f"{STAFF}/decline")
        again = await head.post(form.action, {**form.fields, "reason": "because"})
        assert again.h1 == "Отозвать подтверждение?", "a reason is one of those"
        page = await head.post(form.action, {**form.fields, "reason": "left"})
        assert "Вы отклонили эту должность" in text_of(page)
        assert (await teacher.get("/staff/day")).status == 404
        assert "это не ваша должность" in text_of(await teacher.get("/staff/posts"))
    assert (await lines(school, "staff.withdraw"))[-1] == ("head", "t", {"post": POST.id, "reason": "left"})
    assert await head.location_of(f"{STAFF}/confirm-all") == STAFF, "what was declined is not of all"
    page = await head.press(await head.get(deed("confirm")), action=f"{STAFF}/confirm")
    assert "подтверждён" in text_of(page), "the head may change their mind"


async def test_a_post_without_snils_is_fixed_in_the_journal(school: Home, head: Browser) -> None:
    async with school.database.transaction() as conn:
        await conn.execute("UPDATE people.persons SET snils = NULL WHERE id = 't'")
    text = text_of(await head.get(STAFF))
    assert "Внесите СНИЛС в журнал" in text
    assert await head.location_of(deed("confirm")) == STAFF, "nobody can be confirmed"


async def test_an_account_of_another_school_is_not_named_to_this_head(school: Home, head: Browser) -> None:
    """A head who writes a stranger's SNILS into the export learns nothing of the stranger."""
    async with school.database.transaction() as conn:
        await conn.execute("UPDATE people.persons SET snils = '00016018863' WHERE id = 't'")
        await conn.execute(
            "DELETE FROM identity.account_roles WHERE organization_oid <> %s", [SCHOOL_IN_ESIA]
        )
    async with school.world.signed_in(OPERATOR):
        pass
    async with school.database.transaction() as conn:
        await conn.execute(
            "UPDATE people.persons SET snils = (SELECT snils FROM identity.accounts WHERE esia_oid = %s)"
            " WHERE id = 't'",
            [str(OPERATOR)],
        )
        cursor = await conn.execute(
            "SELECT last_name FROM identity.accounts WHERE esia_oid = %s", [str(OPERATOR)]
        )
        (stranger,) = await cursor.fetchone() or ("",)
    for path in (STAFF, deed("decline")):
        page = await head.get(path)
        assert page.status == 200
        assert stranger not in text_of(page)


async def test_the_list_is_filtered_and_paged(school: Home, head: Browser) -> None:
    async with school.database.transaction() as conn:
        rows, near = Rows(conn), {"system_id": "near"}
        for number in range(60):
            await rows.person(f"extra{number}", last_name=f"Яковлева{number:02}", first_name="Анна", **near)
            await rows.add(
                "staff", id=f"extra{number}", role="teacher", person_id=f"extra{number}",
                organization_id="o1", **near,
            )  # fmt: skip
    first = await head.get(STAFF)
    assert "Все: 61" in text_of(first)
    assert "Следующая страница" in text_of(first)
    assert "Яковлева59" in text_of(await head.get(f"{STAFF}?page=2"))
    assert "Орлова" in text_of(await head.get(f"{STAFF}?state=waiting"))
    assert "Яковлева" not in text_of(await head.get(f"{STAFF}?state=waiting"))
    assert "Яковлева07" in text_of(await head.get(f"{STAFF}?{urlencode({'name': 'яковлева0'})}"))
    assert "Никого не найдено" in text_of(await head.get(f"{STAFF}?state=verified&page=3"))
    for odd in ("?page=x", "?page=-1", "?page=99999999", "?state=x", "?name=%00%25", "?page=0"):
        assert (await head.get(f"{STAFF}{odd}")).status == 200


async def test_who_is_missing_comes_as_a_file(school: Home, head: Browser) -> None:
    async with school.database.transaction() as conn:
        await conn.execute("UPDATE people.persons SET last_name = '=Иванова' WHERE id = 't'")
    async with head.session.get(f"{head.site}{STAFF}/missing.csv") as answer:
        assert answer.headers["content-type"].startswith("text/csv")
        rows = list(csv.DictReader(io.StringIO((await answer.read()).decode("utf-8-sig"))))
    assert [(row["last_name"], row["state"], row["reasons"]) for row in rows] == [
        ("'=Иванова", "расходится", "name-differs head-not-confirmed")
    ]
    assert rows[0]["words"] == "расходится имя; директор не подтвердил"


@pytest.mark.parametrize("path", [STAFF, f"{STAFF}/missing.csv", *(deed(name) for name in DEEDS)])
async def test_for_all_others_nothing_is_here(school: Home, path: str) -> None:
    async with school.world.browser() as anonymous:
        assert (await anonymous.location_of(path)).startswith("/enter")
    async with (
        school.world.signed_in(TEACHER) as (teacher, _),
        school.world.signed_in(HEAD) as (private, _),
        school.world.signed_in(OPERATOR) as (operator, _),
    ):
        others = [school.mother, school.pupil, school.outsider, teacher, private, operator]
        assert [(await browser.get(path)).status for browser in others] == [404] * len(others)


@pytest.mark.parametrize("name", DEEDS)
async def test_nobody_else_does_anything_here(school: Home, head: Browser, name: str) -> None:
    await head.get(STAFF)
    form = {"system": "near", "post": POST.id, "reasons": "head-not-confirmed", "reason": "left"}
    async with school.world.signed_in(TEACHER) as (teacher, _):
        for browser in (teacher, school.mother, school.outsider):
            assert (await browser.post(f"{STAFF}/{name}", form)).status == 404
    assert (await head.post(f"{STAFF}/{name}", form)).status in (400, 403), "a form of another site"
    assert await state_of(school) == "waiting"


async def test_the_head_of_another_school_finds_nothing_of_this_one(school: Home) -> None:
    """They are a head, and their own list opens; this school's posts are nothing there."""
    async with school.database.transaction() as conn:
        rows = Rows(conn)
        await rows.add(
            "organizations", id="o9", name="Школа № 9", kind="school", time_zone="UTC", system_id="near"
        )
        await rows.add_confirmed(
            "verified_organizations", organization_id="o9", esia_oid=OPERATORS_ORGANISATION, system_id="near",
            confirmed_at=NOON, confirmed_by="00000000-0000-0000-0000-000000000001",
        )  # fmt: skip
    async with acting(school, OPERATOR, OPERATORS_ORGANISATION) as other:
        async with school.database.transaction() as conn:
            await conn.execute(
                "UPDATE identity.account_roles SET chief = true WHERE organization_oid = %s",
                [OPERATORS_ORGANISATION],
            )
        page = await other.get(STAFF)
        assert page.status == 200
        assert "Орлова" not in page.html
        own = next(form for form in page.forms if "csrf" in form.fields)
        for name in ("confirm", "decline"):
            assert (await other.get(deed(name))).status == 404
            form = {"system": "near", "post": POST.id, "reasons": "head-not-confirmed", "reason": "left"}
            answer = await other.post(f"{STAFF}/{name}", {**form, "csrf": own.fields["csrf"]})
            assert answer.status == 404
    assert await lines(school, "staff.decline") == []


async def test_esias_silence_stops_deeds_and_a_new_word_withdraws(school: Home, head: Browser) -> None:
    await head.press(await head.get(deed("confirm")), action=f"{STAFF}/confirm")
    assert await state_of(school) == "verified"
    async with school.database.transaction() as conn:
        await conn.execute("DELETE FROM verification.esia_employees WHERE person_oid = %s", [OID])
        await conn.execute("DELETE FROM identity.account_roles WHERE NOT chief")
    await head.get(STAFF)
    assert await state_of(school) == "differing"
    assert "ЕСИА больше не называет" in text_of(await head.get(STAFF))


async def test_a_teacher_without_a_post_is_told_so(school: Home) -> None:
    async with school.database.transaction() as conn:
        await conn.execute("UPDATE people.persons SET snils = NULL WHERE id = 't'")
    async with school.world.signed_in(TEACHER) as (teacher, landed):
        assert landed.h1 == "Мои должности"
        assert "в выгрузке школы вашей должности нет" in text_of(landed)
        assert (await teacher.get("/staff/day")).status == 404
