"""Every rule of the contract that a server keeps, asked by hand over a real socket."""

import gzip
import json
import logging
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import aiohttp
import brotli
import jwt
import msgspec
import pytest
import zstandard

from myedu.connector.sdk.server import RegisteredClient, connector_app
from myedu.connector.sdk.system import Misdeclared
from myedu.contract.answers import Limits, Schedule
from myedu.contract.methods import METHODS
from myedu.contract.problems import PROBLEM_MEDIA_TYPE
from myedu.contract.windows import Window
from tests.connector.sdk.conftest import CLIENT_ID, TOKEN_KEY, Got, KeyPair, Stand, Stands
from tests.connector.sdk.school import PUPIL, School

SCHEDULE = f"/v1/students/{PUPIL}/schedule"
WEEK_QUERY = "?from=2026-11-23&to=2026-11-29"


def problem_of(response: Got) -> dict[str, Any]:
    assert response.headers["Content-Type"].partition(";")[0] == PROBLEM_MEDIA_TYPE, response.body
    body: dict[str, Any] = response.json()
    assert body["status"] == response.status
    return body


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ("?from=2026-11-23", "half-window", "to"),
        ("?to=2026-11-23", "half-window", "from"),
        ("?from=2026-11-23&to=2026-11-22", "window-reversed", "to"),
        ("?from=2026-09-01&to=2026-12-31", "window-too-long", "to"),
        ("?from=20261123&to=2026-11-29", "bad-day", "from"),
        ("?from=2026-W48-1&to=2026-11-29", "bad-day", "from"),
        ("?from=2026-11-23&to=9999-12-31", "bad-day", "to"),
        ("?from=0001-01-01&to=0001-01-02", "bad-day", "from"),
        ("?from=&to=", "bad-day", "from"),
        ("?from=2026-11-23&from=2026-11-24&to=2026-11-29", "bad-parameter", "from"),
        ("?from=2026-11-23T00:00:00&to=2026-11-29", "bad-day", "from"),
    ],
)
async def test_a_wrong_window_names_its_field(stand: Stand, query: str, code: str, field: str) -> None:
    response = await stand.get(SCHEDULE + query)
    body = problem_of(response)
    assert (response.status, body["code"], body["field"]) == (400, code, field)


async def test_without_a_window_three_weeks_of_the_systems_day_are_served(stand: Stand) -> None:
    answer = msgspec.json.decode((await stand.get(SCHEDULE)).body, type=Schedule)
    assert (str(answer.first_day), str(answer.last_day)) == ("2026-11-16", "2026-12-06")


async def test_a_system_may_serve_shorter_windows(stand_of: Stands) -> None:
    stand = stand_of(School(Limits(window_days=5)))
    body = problem_of(await stand.get(SCHEDULE + WEEK_QUERY))
    assert body["code"] == "window-too-long"


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/students", "/v1/capabilities/", "/v2/capabilities", "/%00"]
)
async def test_an_unknown_address_is_a_problem(stand: Stand, path: str) -> None:
    response = await stand.get(path)
    assert (response.status, (problem_of(response))["code"]) == (404, "not-found")


async def test_a_wrong_method_is_answered_with_the_allowed_ones(stand: Stand) -> None:
    response = await stand.send("DELETE", SCHEDULE, {})
    assert (response.status, (problem_of(response))["code"]) == (405, "method-not-allowed")
    assert "GET" in response.headers["Allow"]


async def test_an_unknown_id_and_a_stranger_get_the_same_answer(stand: Stand) -> None:
    one = await stand.get("/v1/students/nobody/schedule")
    two = await stand.get("/v1/students/somebody-else/marks")
    assert one.status == two.status == 404
    assert problem_of(one) == problem_of(two)


@pytest.mark.parametrize("bad", ["", " ", "я", "x" * 65, "..", "."])
async def test_an_invalid_id(stand: Stand, bad: str) -> None:
    escaped = quote(bad, safe="").replace(".", "%2E")
    response = await stand.send("GET", f"/v1/students/{escaped}/schedule", {})
    assert response.status in (400, 404)
    assert (problem_of(response))["code"] in ("bad-id", "not-found")


async def test_a_failure_shows_a_number_and_no_trace(stand: Stand, caplog: pytest.LogCaptureFixture) -> None:
    async def broken(_student_id: str, _window: Window) -> Schedule:
        raise RuntimeError("the password is 12345")

    stand.school.schedule = broken  # type: ignore[method-assign,assignment]
    with caplog.at_level(logging.ERROR, "myedu.connector.server"):
        response = await stand.get(SCHEDULE)
    body = problem_of(response)
    assert (response.status, body["code"]) == (500, "internal")
    assert "12345" not in json.dumps(body)
    assert "Traceback" not in json.dumps(body)
    assert body["instance"] in caplog.text


async def test_an_odd_entry_of_a_vendor_is_left_out_and_named(
    stand: Stand, caplog: pytest.LogCaptureFixture
) -> None:
    schedule = stand.school.schedule

    async def with_odd_lessons(student_id: str, window: Window) -> Any:
        answer = await schedule(student_id, window)
        assert answer is not None
        odd = [msgspec.structs.replace(answer.lessons[0], id=number) for number in range(odd_ones)]
        link = msgspec.structs.replace(answer.lessons[0], id="odd", online="meet.example")
        return msgspec.structs.replace(answer, lessons=(*answer.lessons, *odd, link))

    stand.school.schedule = with_odd_lessons  # type: ignore[method-assign]
    odd_ones = 2
    with caplog.at_level(logging.ERROR, "myedu.connector.server"):
        answer = msgspec.json.decode((await stand.get(SCHEDULE + WEEK_QUERY)).body, type=Schedule)
    assert answer.left_out == odd_ones
    assert (answer.lessons[-1].id, answer.lessons[-1].online) == ("odd", None)
    assert "method=schedule left_out=2 places=lessons[].id: 2; lessons[].online: 1" in caplog.text
    odd_ones = 1_000
    assert (await stand.get(SCHEDULE + WEEK_QUERY)).status == 500, "the fault isn't one entry's"


async def test_an_answer_that_breaks_the_contract_is_not_served(
    stand: Stand, caplog: pytest.LogCaptureFixture
) -> None:
    schedule = stand.school.schedule

    async def about_another(_student_id: str, window: Window) -> Any:
        answer = await schedule(PUPIL, window)
        assert answer is not None
        return msgspec.structs.replace(answer, student_id="another")

    stand.school.schedule = about_another  # type: ignore[method-assign]
    with caplog.at_level(logging.ERROR, "myedu.connector.server"):
        response = await stand.get(SCHEDULE)
    assert response.status == 500
    assert "another" in caplog.text


async def test_a_full_list_of_methods_is_routed(stand: Stand) -> None:
    for method in METHODS:
        path = method.path.replace("{student_id}", "x").replace("{export_id}", "x").replace("{file}", "x")
        path = path.replace("{teacher_id}", "x").replace("{file_id}", "x").replace("{esia_oid}", "x")
        path = path.replace("{lesson_id}", "x")
        async with stand.session.request(method.verb, stand.url + path) as response:
            assert response.status in (400, 401), method.name


@pytest.mark.parametrize("name", ["diary", "attendance", "final-marks"])
async def test_what_is_not_declared_is_501(stand_of: Stands, name: str) -> None:
    school = School()
    school.declared = ()
    response = await stand_of(school).get(f"/v1/students/{PUPIL}/{name}?academic_year=2026")
    assert (response.status, (problem_of(response))["code"]) == (501, "not-implemented")


async def test_exports_are_not_declared_where_none_are_served(stand: Stand) -> None:
    assert (await stand.get("/v1/exports/latest")).status == 501


@pytest.mark.parametrize("query", ["", "?academic_year=", "?academic_year=26", "?academic_year=2026.5"])
async def test_a_wrong_academic_year(stand: Stand, query: str) -> None:
    body = problem_of(await stand.get(f"/v1/students/{PUPIL}/final-marks{query}"))
    assert (body["code"], body["field"]) == ("bad-parameter", "academic_year")


async def test_etag_and_304(stand: Stand) -> None:
    first = await stand.get(SCHEDULE + WEEK_QUERY)
    etag = first.headers["ETag"]
    for sent in (etag, f'"x", {etag}', etag.removeprefix("W/"), "*"):
        again = await stand.get(SCHEDULE + WEEK_QUERY, **{"If-None-Match": sent})
        assert (again.status, again.headers["ETag"], again.body) == (304, etag, b"")
    assert (await stand.get(SCHEDULE + WEEK_QUERY, **{"If-None-Match": '"x"'})).status == 200


async def test_no_proxy_caches_answers(stand: Stand) -> None:
    assert "private" in (await stand.get(SCHEDULE)).headers["Cache-Control"]


@pytest.mark.parametrize(
    ("encoding", "decompress"),
    [
        ("gzip", gzip.decompress),
        ("br", brotli.decompress),
        ("zstd", lambda body: zstandard.ZstdDecompressor().decompressobj().decompress(body)),
        ("identity", bytes),
    ],
)
async def test_encodings_are_negotiated(stand: Stand, encoding: str, decompress: Any) -> None:
    headers = {"Authorization": f"Bearer {await stand.token()}", "Accept-Encoding": encoding}
    async with (
        aiohttp.ClientSession(auto_decompress=False) as raw,
        raw.get(stand.url + SCHEDULE, headers=headers) as response,
    ):
        body = await response.read()
        assert response.headers.get("Content-Encoding", "identity") == encoding
    assert msgspec.json.decode(decompress(body), type=Schedule).student_id == PUPIL


@pytest.mark.parametrize(
    ("accept", "status"),
    [("application/json", 200), ("*/*", 200), ("text/html, application/*;q=0.5", 200), ("text/html", 406)],
)
async def test_accept(stand: Stand, accept: str, status: int) -> None:
    assert (await stand.get(SCHEDULE, Accept=accept)).status == status


async def test_an_answer_too_large_asks_for_fewer_days(stand_of: Stands) -> None:
    stand = stand_of(School(Limits(answer_bytes=2000)))
    body = problem_of(await stand.get(SCHEDULE))
    assert body["code"] == "window-too-long"
    assert (await stand.get(SCHEDULE + "?from=2026-11-23&to=2026-11-23")).status == 200


async def test_meetings_are_put(stand: Stand) -> None:
    lesson, headers = "/v1/lessons/2026-11-24-1", {"Content-Type": "application/json"}
    meeting = b'{"url": "https://video.example/room/1"}'
    presence = (
        b'{"attendees": [{"person_id": "p", "joined_at": "2026-11-24T08:30:00+10:00", "seconds": 2400}]}'
    )
    assert (await stand.send("PUT", f"{lesson}/meeting", headers, meeting)).status == 204
    assert (await stand.send("PUT", f"{lesson}/presence", headers, presence)).status == 204
    assert stand.school.presence["2026-11-24-1"].attendees[0].seconds == 2400
    assert (await stand.send("PUT", "/v1/lessons/none/meeting", headers, meeting)).status == 404
    for bad, status in (
        (b"{", 400),
        (b'{"url": "javascript:1"}', 400),
        (b"[]", 400),
        (b" " * 2_000_000, 413),
    ):
        response = await stand.send("PUT", f"{lesson}/meeting", headers, bad)
        assert (problem_of(response))["status"] == status


async def test_an_attachment_comes_by_a_link_that_expires(stand: Stand) -> None:
    link = (await stand.get("/v1/files/plan.pdf")).json()
    async with stand.session.get(link["url"]) as response:
        assert (response.status, await response.read()) == (200, b"%PDF-1.7 plan")
        assert response.headers["Content-Disposition"].startswith("attachment;")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
    forged = link["url"].replace("plan.pdf", "other.pdf")
    async with stand.session.get(forged) as response:
        assert response.status == 404
    stand.clock.advance(timedelta(minutes=11))
    async with stand.session.get(link["url"]) as response:
        assert response.status == 404
    assert (await stand.get("/v1/files/none")).status == 404


async def test_a_cursor_that_is_gone(stand: Stand) -> None:
    response = await stand.get("/v1/changes?since=too-old")
    assert (response.status, (problem_of(response))["code"]) == (410, "cursor-gone")


async def test_the_openapi_document_is_open_to_all(stand: Stand) -> None:
    async with stand.session.get(f"{stand.url}/v1/openapi.json") as response:
        document = await response.json()
    assert {method.path for method in METHODS} == set(document["paths"])
    assert document["servers"] == [{"url": stand.url}]


async def test_a_capability_without_its_function_is_reported_at_the_start(
    portal_key: KeyPair, clock: Any
) -> None:
    class Forgetful:
        def capabilities(self) -> Any:
            school = School()
            school.declared = ("teachers",)
            school.profiles = ()
            return school.capabilities()

    with pytest.raises(Misdeclared, match=r"teacher_schedule\(\)"):
        connector_app(
            Forgetful(),  # type: ignore[arg-type]
            base_url="http://x.example",
            clients=[RegisteredClient(CLIENT_ID, portal_key.public)],
            token_key=TOKEN_KEY,
            clock=clock,
        )


# -- the act claim by hand -----------------------------------------------------------------------


def act_claims(stand: Stand, **changes: Any) -> dict[str, Any]:
    now = int(stand.clock.now().timestamp())
    return {
        "iss": CLIENT_ID,
        "aud": stand.url,
        "sub": "pseudonym",
        "iat": now,
        "exp": now + 60,
        "jti": "1",
        "act": {"relation": "self", "purpose": "diary"},
    } | changes


async def test_a_call_without_an_act_is_served(stand: Stand) -> None:
    assert (await stand.get(SCHEDULE)).status == 200


async def test_a_good_act_may_be_sent_again(stand: Stand) -> None:
    act = jwt.encode(act_claims(stand), stand.key.private, algorithm="ES256")
    for _ in range(2):
        assert (await stand.get(SCHEDULE, **{"Myedu-Act": act})).status == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "http://another.example"},
        {"iss": "another"},
        {"exp": 1},
        {"exp": 4_000_000_000},
        {"act": {"relation": "self"}},
        {"act": {"relation": "self", "purpose": "diary", "student_id": "another"}},
        {"sub": ""},
    ],
)
async def test_a_bad_act_is_400(stand: Stand, changes: dict[str, Any]) -> None:
    act = jwt.encode(act_claims(stand, **changes), stand.key.private, algorithm="ES256")
    response = await stand.get(SCHEDULE, **{"Myedu-Act": act})
    assert (response.status, (problem_of(response))["code"]) == (400, "bad-act")


async def test_an_act_signed_by_another_key_is_400(stand: Stand, foreign_key: KeyPair) -> None:
    act = jwt.encode(act_claims(stand), foreign_key.private, algorithm="ES256")
    assert (await stand.get(SCHEDULE, **{"Myedu-Act": act})).status == 400


async def test_an_act_of_the_algorithm_none_is_400(stand: Stand) -> None:
    act = jwt.encode(act_claims(stand), None, algorithm="none")
    assert (await stand.get(SCHEDULE, **{"Myedu-Act": act})).status == 400
