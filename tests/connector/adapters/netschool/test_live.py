"""The live source against a server which answers as the vendor's."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from urllib.parse import parse_qsl

import msgspec
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from myedu.connector.adapters.netschool import models
from myedu.connector.adapters.netschool.live import LiveSource
from myedu.connector.adapters.netschool.roster import EnrolledStudent, Roster, enrolled_students
from myedu.connector.adapters.netschool.sample import write_sample
from myedu.connector.adapters.netschool.source import RecordedSource, SourceRefuses, SourceSilent
from myedu.kit.serve import serving

MONDAY = date(2025, 9, 8)
PASSWORD = "пароль-7"
SALT = "776755431"


class Vendor:
    """Its journal is a folder of recorded weeks; the switches make it behave badly."""

    def __init__(self, folder: Path, *, login: str, password: str) -> None:
        self._folder = folder
        self._login, self._password = login, password
        self.sign_ins = 0
        self.sessions: dict[str, str] = {}  # at -> NSSESSIONID
        self.week_queries: list[dict[str, str]] = []
        self.forms: list[dict[str, str]] = []
        self.answer: Response | None = None  # instead of a week
        self.forgets_at_once = False

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/webapi/auth/getdata", self._salt, methods=["POST"]),
                Route("/webapi/login", self._sign_in, methods=["POST"]),
                Route("/webapi/student/diary/init", self._init),
                Route("/webapi/years/current", self._year),
                Route("/webapi/grade/assignment/types", self._types),
                Route("/webapi/student/diary", self._week),
            ]
        )

    async def _salt(self, request: Request) -> Response:
        answer = JSONResponse({"lt": 12345, "ver": 678, "salt": SALT})
        answer.set_cookie("NSSESSIONID", f"session{self.sign_ins}")
        return answer

    async def _sign_in(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        self.forms.append(form)
        inner = hashlib.md5(self._password.encode("windows-1251")).hexdigest()
        expected = hashlib.md5((SALT + inner).encode()).hexdigest()
        if form["un"] != self._login or form["pw2"] != expected or form["lt"] != "12345":
            return JSONResponse({"message": "Неправильный пароль или имя пользователя"}, 409)
        self.sign_ins += 1
        at = f"at{self.sign_ins}"
        self.sessions[at] = request.cookies["NSSESSIONID"]
        return JSONResponse({"at": at, "accountInfo": {"user": {"id": 1}}})

    def _is_open(self, request: Request) -> bool:
        cookie = self.sessions.get(request.headers.get("at", ""))
        return cookie is not None and cookie == request.cookies.get("NSSESSIONID")

    async def _init(self, request: Request) -> Response:
        if not self._is_open(request):
            return Response(status_code=401)
        pupil = {"studentId": 1, "nickName": "Пупил", "className": "10Б", "classId": 7}
        return JSONResponse({"students": [pupil], "currentStudentId": 0, "maxMark": 5, "weight": False})

    async def _year(self, request: Request) -> Response:
        return (
            JSONResponse({"id": 2022, "name": "2021/2022"}) if self._is_open(request) else Response("", 401)
        )

    async def _types(self, request: Request) -> Response:
        kinds = [
            {"id": 3, "abbr": "ДЗ"},
            {"id": 10, "abbr": "О"},
            {"id": 53, "abbr": "К"},
            {"id": 68, "abbr": "?"},
        ]
        return JSONResponse(kinds) if self._is_open(request) else Response("", 401)

    async def _week(self, request: Request) -> Response:
        self.week_queries.append(dict(request.query_params))
        if self.forgets_at_once:
            self.sessions.clear()
        if not self._is_open(request):
            return JSONResponse({"message": "Session expired"}, 401)
        if self.answer is not None:
            return self.answer
        monday = request.query_params["weekStart"]
        file = self._folder / f"netschool_diary_{monday}.json"
        if not file.exists():
            end = request.query_params["weekEnd"]
            return JSONResponse({"weekStart": monday, "weekEnd": end, "weekDays": []})
        return Response(file.read_bytes(), media_type="application/json")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_sample(tmp_path)
    return tmp_path


@pytest.fixture
def vendor(folder: Path) -> Vendor:
    return Vendor(folder, login="kovaleva", password=PASSWORD)


@pytest.fixture
async def address(vendor: Vendor) -> AsyncIterator[str]:
    async with serving(vendor.app()) as url:
        yield url


@pytest.fixture
async def live(address: str) -> AsyncIterator[LiveSource]:
    source = LiveSource(address, {"kovaleva": PASSWORD})
    yield source
    await source.close()


@pytest.fixture
def pupil(roster: Roster) -> EnrolledStudent:
    return with_login(enrolled_students(roster)["1"], "kovaleva")


def with_login(enrolled: EnrolledStudent, login: str) -> EnrolledStudent:
    student = msgspec.structs.replace(enrolled.student, login=login)
    school = msgspec.structs.replace(enrolled.school, login_form={"scid": "10", "cid": "2"})
    return EnrolledStudent(student, school)


async def test_a_live_week_is_the_recorded_one(
    live: LiveSource, pupil: EnrolledStudent, folder: Path
) -> None:
    assert await live.week(pupil, MONDAY) == await RecordedSource(folder).week(pupil, MONDAY)


async def test_the_week_is_asked_as_the_vendor_wants_it(
    live: LiveSource, pupil: EnrolledStudent, vendor: Vendor
) -> None:
    await live.week(pupil, MONDAY)
    (query,) = vendor.week_queries
    assert query["studentId"] == "1"
    assert (query["weekStart"], query["weekEnd"]) == ("2025-09-08", "2025-09-14")
    assert query["yearId"] == "2022"
    (form,) = vendor.forms
    assert (form["scid"], form["cid"], form["loginType"]) == ("10", "2", "1")
    assert PASSWORD not in str(form)


async def test_the_rules_of_a_school(live: LiveSource, pupil: EnrolledStudent) -> None:
    rules = await live.rules(pupil)
    assert (rules.weighted, rules.max_mark) == (False, 5)
    assert rules.work_kinds == {3: "homework", 10: "answer", 53: "control"}


async def test_one_sign_in_serves_all_that_wait(
    live: LiveSource, pupil: EnrolledStudent, vendor: Vendor
) -> None:
    await asyncio.gather(*(live.week(pupil, MONDAY) for _ in range(5)))
    assert vendor.sign_ins == 1


async def test_an_expired_session_is_opened_once_more(
    live: LiveSource, pupil: EnrolledStudent, vendor: Vendor
) -> None:
    await live.week(pupil, MONDAY)
    vendor.sessions.clear()
    weeks = await asyncio.gather(*(live.week(pupil, MONDAY) for _ in range(4)))
    assert all(week is not None and week.week_days for week in weeks)
    assert vendor.sign_ins == 2


async def test_a_session_that_is_always_closed_is_reported(
    live: LiveSource, pupil: EnrolledStudent, vendor: Vendor
) -> None:
    vendor.forgets_at_once = True
    with pytest.raises(SourceRefuses, match="closes sessions"):
        await live.week(pupil, MONDAY)
    assert vendor.sign_ins == 2


async def test_a_wrong_password_is_409_and_is_not_shown(address: str, pupil: EnrolledStudent) -> None:
    source = LiveSource(address, {"kovaleva": "wrong-password"})
    with pytest.raises(SourceRefuses, match=r"409.*password") as caught:
        await source.week(pupil, MONDAY)
    await source.close()
    assert "wrong-password" not in str(caught.value)
    assert "kovaleva" not in str(caught.value)


async def test_an_account_without_a_password_is_named_by_its_student(
    live: LiveSource, pupil: EnrolledStudent
) -> None:
    with pytest.raises(SourceRefuses, match=r"student 1.*passwords"):
        await live.week(with_login(pupil, "nobody"), MONDAY)


async def test_a_student_whom_the_account_does_not_have_has_no_week(live: LiveSource, roster: Roster) -> None:
    assert await live.week(with_login(enrolled_students(roster)["2"], "kovaleva"), MONDAY) is None


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (Response("", 403), SourceRefuses, "403.*address of this machine"),
        (Response("", 302, {"location": "https://new.example/"}), SourceRefuses, "redirects.*base URL"),
        (Response("", 503), SourceSilent, "overloaded"),
        (JSONResponse({"message": "ой"}, 500), SourceSilent, "500.*later"),
        (HTMLResponse("<h1>Технические работы</h1>"), models.WrongShape, "student/diary"),
        (Response('{"weekStart": "2025-09-08T0'), models.WrongShape, "student/diary"),
        (Response(b"x" * (5 * 1024 * 1024)), models.WrongShape, "more than"),
    ],
)
async def test_bad_answers_raise_errors_with_what_to_do(
    live: LiveSource,
    pupil: EnrolledStudent,
    vendor: Vendor,
    answer: Response,
    error: type[Exception],
    words: str,
) -> None:
    vendor.answer = answer
    with pytest.raises(error, match=words):
        await live.week(pupil, MONDAY)


async def test_a_dead_server_is_silent(pupil: EnrolledStudent) -> None:
    source = LiveSource("http://127.0.0.1:9", {"kovaleva": PASSWORD})
    with pytest.raises(SourceSilent, match="can't be reached"):
        await source.week(pupil, MONDAY)
    await source.close()
