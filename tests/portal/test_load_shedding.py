"""More requests than the portal can answer: a few get their page, the rest an explanation and Retry-After."""

import asyncio
import json
from uuid import uuid4

import aiohttp
import html5lib
import pytest

from myedu.kit.web.page_checks import problems_of_page
from tests.portal.browser import TITLE_SUFFIX
from tests.portal.conftest import OpenWorld, World

MANY = 60


async def ask(world: World, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(world.url + path, headers=headers, allow_redirects=False) as answer,
    ):
        found = {name.lower(): value for name, value in answer.headers.items()}
        return answer.status, found, await answer.text()


async def ask_many(world: World, path: str, **headers: str) -> list[tuple[int, dict[str, str], str]]:
    return await asyncio.gather(*(ask(world, path, **headers) for _ in range(MANY)))


@pytest.fixture(scope="module")
async def narrow(open_world: OpenWorld):
    """A portal that serves one page at a time, while one waits."""
    async with open_world(requests_at_once=1, database_connections=1, queue_seconds=0.2) as world:
        yield world


async def test_refused_visitors_get_an_explanation_and_a_time(narrow: World) -> None:
    answers = await ask_many(narrow, "/enter")
    refused = [(headers, html) for status, headers, html in answers if status == 503]
    assert {status for status, _, _ in answers} == {303, 503}
    waits = set()
    for headers, html in refused:
        assert problems_of_page(html, headers, title_suffix=TITLE_SUFFIX) == []
        h1 = next(html5lib.parse(html, namespaceHTMLElements=False).iter("h1"))
        assert "".join(h1.itertext()) == "Портал перегружен"
        assert headers["cache-control"] == "no-store"
        assert headers["x-request-id"]
        waits.add(int(headers["retry-after"]))
    assert min(waits) >= 1
    assert max(waits) <= 60
    assert len(waits) > 1  # or all would come back at the same time
    assert (await ask(narrow, "/"))[0] == 200  # it goes on


async def test_the_explanation_is_in_the_visitors_language(narrow: World) -> None:
    async def words(**headers: str) -> set[str]:
        return {html for status, _, html in await ask_many(narrow, "/enter", **headers) if status == 503}

    assert all('lang="en"' in html for html in await words(**{"accept-language": "en-GB,ru;q=0.5"}))
    tatar = await words(cookie="language=tt; look=dark.100.0", **{"accept-language": "en"})
    assert tatar
    assert all('lang="tt"' in html for html in tatar)


async def test_a_program_gets_a_problem(narrow: World) -> None:
    answers = await ask_many(narrow, f"/api/c/{uuid4()}/week/2026-11-23", cookie="myedu_session=unknown")
    assert {status for status, _, _ in answers} == {401, 503}
    refused = [answer for answer in answers if answer[0] == 503]
    for _, headers, body in refused:
        assert headers["content-type"] == "application/problem+json"
        assert json.loads(body)["code"] == "unavailable"
        assert int(headers["retry-after"]) >= 1


async def test_static_files_and_health_checks_are_always_admitted(narrow: World) -> None:
    storm = asyncio.gather(*(ask_many(narrow, "/") for _ in range(3)))
    seen = [await ask(narrow, path) for path in ("/health", "/sw.js", "/static/none.js") for _ in range(5)]
    assert {status for status, _, _ in seen} <= {200, 404}
    await storm


async def test_a_storm_of_sign_ins_leaves_readers_their_capacity(narrow: World) -> None:
    storm = asyncio.create_task(ask_many(narrow, "/enter"))
    readers = []
    while not storm.done():
        readers.append((await ask(narrow, "/view"))[0])
    assert 503 in {status for status, _, _ in await storm}
    assert set(readers) == {200}


@pytest.mark.parametrize("path", ["/view", "/exchange/oauth2/token", "/exchange/v1/packages"])
async def test_half_sent_bodies_hold_no_slot(narrow: World, path: str) -> None:
    head = f"POST {path} HTTP/1.1\r\nHost: portal\r\nContent-Length: 1000\r\n\r\nhalf"
    host, _, port = narrow.url.removeprefix("http://").rpartition(":")
    kept = [await asyncio.open_connection(host, int(port)) for _ in range(20)]
    for _, writer in kept:
        writer.write(head.encode())
        await writer.drain()
    assert (await ask(narrow, "/"))[0] == 200
    assert (await ask(narrow, f"/exchange/v1/packages/{uuid4()}"))[0] == 401
    for _, writer in kept:
        writer.close()
    assert (await ask(narrow, "/"))[0] == 200


async def test_a_strangers_upload_is_refused_before_it_is_read(narrow: World) -> None:
    async def endless():
        while True:
            yield b"a" * 1000
            await asyncio.sleep(0.01)

    url = f"{narrow.url}/exchange/v1/packages/{uuid4()}/persons.csv"
    async with aiohttp.ClientSession() as session, session.put(url, data=endless()) as answer:
        assert answer.status == 401
    assert (await ask(narrow, "/"))[0] == 200


async def test_a_form_that_never_ends_is_refused(narrow: World) -> None:
    async def endless():
        while True:
            yield b"a" * 10_000

    own = {"sec-fetch-site": "same-origin", "content-type": "application/x-www-form-urlencoded"}
    async with (
        aiohttp.ClientSession(headers=own) as session,
        session.post(f"{narrow.url}/view", data=endless(), allow_redirects=False) as answer,
    ):
        assert answer.status == 413
    assert (await ask(narrow, "/"))[0] == 200
