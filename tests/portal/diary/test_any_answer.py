"""Whatever a journal answers, every page is a good page; what decodes is shown."""

import html
import re
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from myedu.connector.sdk.answer_parser import parse_body
from myedu.connector.sdk.errors import JournalError
from myedu.contract.answers import Diary, FileLink, Marks
from myedu.contract.windows import Window
from tests.portal.diary.any_answer import any_answer
from tests.portal.diary.conftest import Home, text_of
from tests.portal.diary.test_files import SHOWN, WITH_FILE
from tests.portal.journal import Fault

WINDOW = Window(first=date(2026, 11, 16), last=date(2026, 12, 6))  # three weeks around the world's Monday
LANGUAGES = st.sampled_from(["ru", "en", "tt", "sah"])
ON_PAGES = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
FEW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
OWN: dict[str, Any] = {"student_id": "@student", "from": "@first", "to": "@last"}
"""What a request says is put in its place for each request."""


def answering(diary: bytes, marks: bytes) -> Fault:
    """These answers, about the pupil and the days of the request."""

    async def respond(scope: Scope, receive: Receive, send: Send) -> None:
        query, path = Request(scope).query_params, scope["path"]
        body = marks if path.endswith("/marks") else diary
        for name, value in (
            ("student", path.split("/")[-2]),
            ("first", query["from"]),
            ("last", query["to"]),
        ):
            body = body.replace(f'"@{name}"'.encode(), msgspec.json.encode(value))
        await Response(body, media_type="application/json")(scope, receive, send)

    return respond


def is_readable(body: bytes, kind: Any) -> bool:
    """Whether the portal takes the answer."""
    good = body.replace(b'"@first"', b'"2026-11-16"').replace(b'"@last"', b'"2026-12-06"')
    try:
        parse_body(good.replace(b"@student", b"maria"), kind)
    except JournalError:
        return False
    return True


def subjects_of(answer: Any) -> set[str]:
    """The ids of the subjects named anywhere in an answer's JSON."""
    if isinstance(answer, dict):
        inner = set().union(*map(subjects_of, answer.values())) if answer else set()
        subject = answer.get("subject")
        named = isinstance(subject, dict) and isinstance(subject.get("id"), str)
        return inner | ({subject["id"]} if named else set())
    return set().union(*map(subjects_of, answer)) if isinstance(answer, list) and answer else set()


async def state_of(home: Home, path: str, name: str) -> str:
    status, answer = await home.api(home.mother, path)
    assert status == 200, path
    state: str = answer[name]["state"]
    return state


@ON_PAGES
@given(diary=any_answer(Diary, WINDOW, **OWN), marks=any_answer(Marks, WINDOW, **OWN), language=LANGUAGES)
async def test_every_page_of_any_answer(home: Home, diary: bytes, marks: bytes, language: str) -> None:
    async with home.database.connection() as conn:
        for table in ("federation.copies", "federation.events", "diary.visits"):
            await conn.execute(f"DELETE FROM {table}")
    home.near.fault = answering(diary, marks)
    home.mother.session.cookie_jar.update_cookies({"language": language})
    child = f"/c/{home.maria}"
    for page in (
        "/children",
        *(f"{child}/{name}" for name in ("today", "week/2026-11-24", "homework", "marks")),
    ):
        assert (await home.mother.get(page)).status == 200, page
    for subject in sorted(subjects_of(msgspec.json.decode(marks)))[:3]:
        page = await home.mother.get(f"{child}/subjects/{quote(subject, safe='')}?value=5&weight=2")
        assert page.status in (200, 404), subject  # 404: the marks that name it were left out
    assert await state_of(home, f"/api{child}/week/2026-11-24", "diary") == (
        "fresh" if is_readable(diary, Diary) else "unavailable"
    )
    assert await state_of(home, f"/api{child}/marks", "marks") == (
        "fresh" if is_readable(marks, Marks) else "unavailable"
    )
    page = await home.mother.get(f"{child}/homework")
    for form in [form for form in page.forms if form.action.endswith("/done")][:1]:
        ticked = await home.mother.press(page, action=form.action)
        assert ticked.status == 200
    assert (await home.outsider.get(f"{child}/week/2026-11-24")).status == 404


@FEW
@given(link=any_answer(FileLink, WINDOW))
async def test_any_link_to_an_attachment(home: Home, link: bytes) -> None:
    """A redirect to an address in ASCII, or a page that says why there is none."""
    await home.mother.get(f"/c/{home.maria}/week/2026-11-24")
    await home.change_copies(SHOWN, WITH_FILE)
    home.near.file_fault = sending(link)
    address = f"{home.world.url}/c/{home.maria}/files/plan.pdf"
    async with home.mother.session.get(address, allow_redirects=False) as answer:
        location = answer.headers.get("location")
        assert answer.status == (303 if is_readable(link, FileLink) else 200)
    assert (location is not None) == is_readable(link, FileLink)
    if location:
        assert re.fullmatch(r"https?://[!-~]+", location)
    else:
        assert "журнал школы ответил с ошибкой" in text_of(await home.mother.get(address))


def sending(body: bytes) -> Fault:
    """This answer, whatever is asked."""

    async def respond(scope: Scope, receive: Receive, send: Send) -> None:
        await Response(body, media_type="application/json")(scope, receive, send)

    return respond


async def test_a_journal_of_many_marks(home: Home) -> None:
    """Four megabytes: as much of them as the contract allows, and a line that says so."""
    subjects = [{"id": f"s{n}", "name": f"Предмет {n}"} for n in range(150)]
    days = [str(WINDOW.first + timedelta(days=n % 8)) for n in range(26_000)]
    marks = [
        {
            "id": f"m{n}",
            "subject": subjects[n % 150 if n < 10_000 else 0],
            "day": day,
            "value": "5",
            "comment": "<b>!</b>",
        }
        for n, day in enumerate(days)
    ]
    body = {"time_zone": "Asia/Vladivostok", "marks": marks, **OWN}
    home.near.fault = answering(b"{}", msgspec.json.encode(body))
    path = f"/c/{home.maria}/marks"
    for _ in range(20):  # on a busy machine it may take longer than a page waits
        if await state_of(home, f"/api{path}", "marks") == "fresh":
            break
    page = await home.mother.get(path)
    assert "Показано не всё: " in text_of(page)
    assert page.html.count('class="mark ') < 1_300
    rows = re.findall(r'href="([^"]+/subjects/[^"]+)"', page.html)
    subject = await home.mother.get(html.unescape(rows[0]))
    assert subject.html.count('class="mark ') <= 200
    assert "Показано не всё: " in text_of(subject)
    assert (await home.outsider.get(path)).status == 404
    assert len((await home.api(home.mother, f"/api{path}"))[1]["marks"]["answer"]["marks"]) < 1_300


@pytest.mark.parametrize(
    "journal_id", ["/", "//", "a//b/", "%2F", "%252F", "%25", "../..", "a;b", "?x=1#y", "~"]
)
async def test_a_journals_id_in_an_address_is_that_id(home: Home, journal_id: str) -> None:
    """Ids are opaque: a slash or an escape in one is part of it."""
    subject = {"id": journal_id, "name": "Черчение"}
    task = {"id": journal_id, "subject": subject, "due_on": "2026-11-24", "text": "№ 5"}
    mark = {"id": "m", "subject": subject, "day": "2026-11-23", "value": "5"}
    common = {"time_zone": "Asia/Vladivostok", **OWN}
    home.near.fault = answering(
        msgspec.json.encode(common | {"lessons": [], "homework": [task], "marks": [mark]}),
        msgspec.json.encode(common | {"marks": [mark]}),
    )
    page = await home.mother.get(f"/c/{home.maria}/homework")
    (form,) = [form for form in page.forms if form.action.endswith("/done")]
    assert (await home.mother.press(page, action=form.action)).status == 200
    (row,) = await home.statements_of("SELECT homework_id FROM diary.homework_done")
    assert row == (journal_id,)
    marks = await home.mother.get(f"/c/{home.maria}/marks")
    (address,) = set(re.findall(r'<th scope="row"><a href="([^"]+)"', marks.html))
    subject_page = await home.mother.get(html.unescape(address))
    assert (subject_page.status, subject_page.h1) == (200, "Черчение")
    assert (await home.outsider.get(html.unescape(address))).status == 404
