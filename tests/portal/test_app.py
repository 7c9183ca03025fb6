"""What every response of the portal has: headers, errors in words, no traceback."""

import json
from uuid import uuid4

import psycopg
import pytest

from tests.conftest import as_owner
from tests.portal.conftest import OpenWorld, World, sign_in

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "font-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
OPERATOR, ORGANISATION = 1000300009, "1000400002"
UNKNOWN_WEEK = f"/c/{uuid4()}/week"


async def test_a_page_has_security_headers(world: World) -> None:
    async with world.browser() as browser:
        headers = (await browser.get("/")).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy.pop("form-action") == f"'self' {world.esia_url}"
    assert policy == POLICY
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in headers  # this portal is reached by http


@pytest.mark.parametrize(
    ("path", "status", "h1"),
    [
        ("/nowhere", 404, "Такой страницы нет"),
        ("/c/not-a-uuid/week", 404, "Такой страницы нет"),
        ("/static/nothing.js", 404, "Такой страницы нет"),
        ("/leave", 405, "Запрос не удалось понять"),
        ("/enter/back", 400, "Вход не завершён"),
    ],
)
async def test_a_failure_is_a_page_in_words(world: World, path: str, status: int, h1: str) -> None:
    async with world.browser() as browser:
        page = await browser.get(path)
        assert (page.status, page.h1) == (status, h1)
        english = await browser.get(path, **{"accept-language": "en"})
        assert english.status == status
        assert english.h1 != h1


async def test_a_form_that_is_too_large_is_refused_in_words(world: World) -> None:
    async with world.browser() as browser:
        page = await browser.post("/view", {"theme": "x" * 100_000})
        assert page.status == 413


async def test_a_page_of_a_child_leads_to_the_sign_in(world: World) -> None:
    async with world.browser() as browser:
        assert await browser.location_of(UNKNOWN_WEEK) == f"/enter?next={UNKNOWN_WEEK.replace('/', '%2F')}"
        part = await browser.get(UNKNOWN_WEEK, **{"hx-request": "true"})
        assert part.status == 401
        assert part.headers["hx-redirect"].startswith("/enter?next=")


async def test_a_program_gets_a_problem(world: World) -> None:
    async with world.browser() as browser:
        answer = await browser.get("/api/nowhere")
    assert answer.status == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert json.loads(answer.html)["code"] == "not-found"


async def test_health_checks_answer(world: World) -> None:
    async with world.browser() as browser:
        for path in ("/health", "/healthz", "/ready", "/readyz"):
            answer = await browser.get(path)
            assert (answer.status, answer.html) == (200, "ok\n")


async def test_a_portal_before_its_migrations_is_not_ready(open_world: OpenWorld) -> None:
    async with open_world() as world, world.browser() as browser:
        with psycopg.connect(as_owner(world.database_url)) as conn:
            conn.execute(
                "DELETE FROM schema_migration WHERE name IN (SELECT max(name) FROM schema_migration"
                " WHERE name LIKE 'myedu.portal/____\\_pre%')"
            )
        answer = await browser.get("/readyz")
    assert (answer.status, answer.html) == (503, "migrations: 1 are not applied\n")


async def test_a_database_that_is_gone_is_no_traceback(open_world: OpenWorld) -> None:
    async with open_world(database_connections=1) as world, world.browser() as browser:
        url = world.database_url
        name = url.rpartition("/")[2].partition("?")[0]
        server = as_owner(url).replace(name, "postgres")
        with psycopg.connect(server, autocommit=True) as conn:
            conn.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
            conn.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
            page = await browser.get("/enter")
            ready, alive = await browser.get("/readyz"), await browser.get("/healthz")
            conn.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        # It must get no visitors, and needs no restart.
        assert (ready.status, alive.status) == (503, 200)
        assert ready.html.startswith("database: no ")
        assert name not in ready.html
        assert (page.status, page.headers["retry-after"]) == (503, "5")
        assert f"назовите номер запроса: {page.headers['x-request-id']}" in page.html


async def test_a_response_is_compressed_on_request(world: World) -> None:
    async with world.browser() as browser:
        plain = await browser.get("/view", **{"accept-encoding": "identity"})
        packed = await browser.get("/view", **{"accept-encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert "accept-encoding" in packed.headers["vary"].lower()
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2
    assert packed.h1 == plain.h1


HOSTILE_FORMS = {
    "bogus charset": b'--x\r\nContent-Disposition: form-data; name="csrf"\r\n'
    b"Content-Type: text/plain; charset=bogus\r\n\r\nabc\r\n--x--\r\n",
    "file named as a field": b'--x\r\nContent-Disposition: form-data; name="csrf"; filename="a"\r\n'
    b"\r\nabc\r\n--x--\r\n",
    "broken": b"--x\r\nContent-Disposition: form-data",
    "not UTF-8": b'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n\xff\xfe\r\n--x--\r\n',
    "nothing": b"",
}


@pytest.mark.parametrize("body", HOSTILE_FORMS.values(), ids=HOSTILE_FORMS)
@pytest.mark.parametrize("path", ["/view", "/leave"])
async def test_a_hostile_form_is_refused(world: World, path: str, body: bytes) -> None:
    headers = {"content-type": "multipart/form-data; boundary=x"}
    async with (
        world.browser() as browser,
        browser.session.post(world.url + path, data=body, headers=headers) as answer,
    ):
        assert answer.status in (400, 403)


@pytest.mark.parametrize("viewer", [OPERATOR, None])
@pytest.mark.parametrize(
    "address", ["/operator/packages/%00/{}", "/operator/packages/a%00b/{}/problems.csv", "/c/{}/files/%00"]
)
async def test_a_path_with_a_nul_leads_nowhere(
    open_world: OpenWorld, address: str, viewer: int | None
) -> None:
    async with open_world(operator_organisations=(ORGANISATION,)) as world, world.browser() as browser:
        if viewer:
            await sign_in(browser, viewer)
        assert (await browser.get(address.format(uuid4()))).status == 404


async def test_head_answers_as_get_without_the_body(world: World) -> None:
    async with world.browser() as browser:
        for path in ("/", "/health", "/view", "/sw.js", "/static/LICENSE.htmx.txt", "/nothing", "/leave"):
            async with browser.session.get(world.url + path) as get:
                body = await get.read()
            async with browser.session.head(world.url + path) as head:
                assert (head.status, await head.read()) == (get.status, b"")
            same = {"content-type", "content-length", "cache-control", "content-security-policy"}
            assert {name: head.headers.get(name) for name in same} == {
                name: get.headers.get(name) for name in same
            }
            assert body


async def test_a_content_type_names_its_charset_once(world: World) -> None:
    async with world.browser() as browser:
        for path in ("/", "/nothing", "/health", "/sw.js", "/static/LICENSE.htmx.txt"):
            async with browser.session.get(world.url + path) as answer:
                assert answer.headers["content-type"].count("charset=utf-8") == 1, path
