"""What a person, a broken program or a curious pupil may send: answered in words, never 5xx, no data lost."""

from collections.abc import Mapping

import aiohttp
import pytest

from myedu.kit.web.page_checks import problems_of_page
from tests.demo.conftest import Child, RunningDemo, text_of
from tests.portal.browser import TITLE_SUFFIX, Browser

DAYS = (
    "9999-01-01",
    "0000-00-00",
    "0001-01-01",
    "завтра",
    "2026-02-30",
    "2026-11-23T00:00",
    "1e9",
    "-1",
    "%00",
)
PATHS = (
    "/c/%00/week",
    "/c/00000000-0000-0000-0000-00000000000/week",
    "/c/не-номер/today",
    "/c/%F0%9F%98%80/today",
    "/c/..%2f..%2fetc%2fpasswd/week",
    "/{child}/subjects/%00%01%02",
    "/{child}/subjects/%0d%0aSet-Cookie:%20a=b",
    "/{child}/subjects/%ff%fe",
    "/{child}/subjects/" + "я" * 2_000,
    "/{child}/marks?period=%00",
    "/{child}/marks?period=" + "q" * 2_000,
    "/{child}/subjects/none?value=%00&weight=%00",
    "/enter?next=//example.org/",
    "/enter/back?state=%00&code=%00",
    "/view?back=%0d%0a//example.org",
    "/static/..%2fmanifest.json",
    "/static/%00",
    "/%ff",
    "//example.org",
)
LONG = 100_000
TOO_LONG = (400, 414, 431)
"""The HTTP server itself may refuse a head this long, before the portal sees it."""


@pytest.mark.parametrize("day", DAYS)
async def test_an_invalid_week(mother: Browser, children: Mapping[str, Child], day: str):
    page = await mother.get(f"{children['Павел'].path}/week/{day}")
    assert page.status in (400, 404)
    assert len(text_of(page)) > len(TITLE_SUFFIX)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path[:40])
async def test_invalid_addresses(
    demo: RunningDemo, mother: Browser, children: Mapping[str, Child], path: str
):
    address = demo.stack.portal + path.replace("/{child}", children["Павел"].path)
    async with mother.session.get(address, allow_redirects=False) as answer:
        await _assert_answered(answer)
        assert "example.org" not in answer.headers.get("location", "").partition("?")[0]


@pytest.mark.parametrize("where", ["path", "query", "cookie", "look"])
async def test_a_head_of_100_kilobytes(demo: RunningDemo, mother: Browser, where: str):
    long = "a" * LONG
    path = {"path": f"/c/{long}", "query": f"/children?{long}"}.get(where, "/children")
    cookies = {"cookie": {"something": long}, "look": {"look": long}}.get(where)
    async with mother.session.get(demo.stack.portal + path, cookies=cookies) as answer:
        assert answer.status in (*TOO_LONG, 404 if where == "path" else 200)
    assert (await mother.get("/children")).status == 200, "the person isn't signed out by it"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("look", "\udcff"),
        ("look", "theme=night&size=1e9"),
        ("language", "../../etc"),
        ("session", "x" * 3000),
    ],
)
async def test_cookies_that_were_never_issued(demo: RunningDemo, name: str, value: str):
    async with demo.browser() as browser:
        header = f"{name}={value}".encode("utf-8", "surrogateescape").decode("latin-1")
        page = await browser.get("/", Cookie=header)
        assert page.status == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
async def test_methods_that_no_page_has(
    demo: RunningDemo, mother: Browser, children: Mapping[str, Child], method: str
):
    for path in ("/", "/children", children["Павел"].week, "/leave", "/nothing"):
        async with mother.session.request(method, demo.stack.portal + path) as answer:
            assert answer.status in (204, 400, 404, 405, 501), path
            await _assert_answered(answer)
    assert (await mother.get("/children")).status == 200, "still signed in"


async def test_head_of_a_page(demo: RunningDemo, mother: Browser, children: Mapping[str, Child]):
    for path in ("/", "/children", children["Павел"].week):
        async with mother.session.head(demo.stack.portal + path, allow_redirects=False) as answer:
            assert answer.status < 500
            assert await answer.read() == b""


@pytest.mark.parametrize("token", [None, "", "x", "x" * 10_000], ids=lambda token: str(token)[:4])
async def test_a_form_without_its_token_does_nothing(
    demo: RunningDemo, mother: Browser, children: Mapping[str, Child], token: str | None
):
    await _refused_forms(demo, mother, children, {} if token is None else {"csrf": token})
    assert (await mother.get("/children")).url.endswith("/children"), "still signed in"


async def _refused_forms(
    demo: RunningDemo, mother: Browser, children: Mapping[str, Child], fields: Mapping[str, str]
) -> None:
    tick = f"{children['Павел'].path}/homework/h-1/done"
    for path in ("/leave", tick, "/view"):
        async with mother.session.post(
            demo.stack.portal + path,
            data={**fields, "done": "1"},
            headers={"Origin": "http://x.example"},
        ) as answer:
            assert answer.status == 403, path
            await _assert_answered(answer)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\x00\xff" * 500, "application/x-www-form-urlencoded"),
        (b"a=1&" * 20_000, "application/x-www-form-urlencoded"),
        (b"{", "application/json"),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data"),
        (b"x" * 300_000, "text/plain"),
    ],
    ids=["bytes", "many fields", "json", "half a part", "no boundary", "300 kB"],
)
async def test_an_invalid_form(demo: RunningDemo, mother: Browser, body: bytes, kind: str):
    for path in ("/view", "/leave"):
        async with mother.session.post(
            demo.stack.portal + path, data=body, headers={"Content-Type": kind}
        ) as answer:
            assert 400 <= answer.status < 500, path
            await _assert_answered(answer)
    assert (await mother.get("/children")).url.endswith("/children"), "still signed in"


async def test_a_task_that_was_not_set_is_not_ticked(
    demo: RunningDemo, mother: Browser, children: Mapping[str, Child]
):
    page = await mother.get(f"{children['Павел'].path}/week")
    token = next(form.fields["csrf"] for form in page.forms if "csrf" in form.fields)
    for homework in ("nothing", "%00", "x" * 500, "..%2f..%2fhw"):
        ticked = await mother.post(
            f"{children['Павел'].path}/homework/{homework}/done", {"csrf": token, "done": "1"}
        )
        assert ticked.status == 404
    assert demo.portal_rows("SELECT 1 FROM diary.homework_done WHERE homework_id = 'nothing'") == []


async def test_nothing_of_it_was_an_error_in_the_log(demo: RunningDemo):
    log = demo.stack.supervisor.log_of("portal").read_text()
    assert "Traceback" not in log
    assert "request failed" not in log


@pytest.mark.parametrize("field", ["csrf", "back"])
async def test_a_form_with_a_file_where_a_word_belongs(demo: RunningDemo, mother: Browser, field: str):
    token = (await mother.get("/children")).forms[0].fields["csrf"]
    form = aiohttp.FormData({"csrf": token} if field != "csrf" else {})
    form.add_field(field, b"x", filename="x.txt")
    async with mother.session.post(f"{demo.stack.portal}/view", data=form) as answer:
        await _assert_answered(answer)


async def test_a_token_in_letters(demo: RunningDemo, mother: Browser, children: Mapping[str, Child]):
    await _refused_forms(demo, mother, children, {"csrf": "я" * 43})


async def _assert_answered(answer) -> None:
    """Below 500; a page is a complete page."""
    assert answer.status < 500
    if answer.content_type == "text/html" and (html := await answer.text()):
        assert problems_of_page(html, answer.headers, title_suffix=TITLE_SUFFIX) == []
