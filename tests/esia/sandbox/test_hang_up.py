"""A client that hangs up is no error of the sandbox's; a NUL anywhere is the caller's mistake."""

import asyncio
from collections.abc import Iterator

import pytest
from starlette.routing import Route
from yarl import URL

from myedu.esia.sandbox.app import _ROUTES
from tests.esia.conftest import MOTHER, Open
from tests.hang_up import errors, hang_up

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def requests(**values: str) -> Iterator[tuple[str, str]]:
    """Every route, its parameters filled."""
    known = {"oid": str(MOTHER), "kid": "1000300002", "emp": "1", "collection": "ctts", "id": "1", **values}
    for route in _ROUTES:
        if isinstance(route, Route):
            path = route.path.replace(":int", "").format_map(known)
            yield from ((method, path) for method in sorted((route.methods or set()) - {"HEAD"}))


async def test_a_client_that_leaves(open_stand: Open, caplog: pytest.LogCaptureFixture) -> None:
    async with open_stand() as stand:
        await hang_up(stand.url, requests(), FORM)
        await hang_up(stand.url, requests(), {"Content-Type": "application/json"})
        await asyncio.sleep(0.5)  # what was asked may still be answered
        async with stand.session.get(stand.url) as answer:
            assert answer.status == 200
    assert errors(caplog.records) == []


@pytest.mark.parametrize("where", ["path", "query", "form", "JSON"])
async def test_a_nul_is_the_callers_mistake(
    open_stand: Open, where: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_stand() as stand:
        for method, path in requests(**({"collection": "a%00b", "oid": "1%00"} if where == "path" else {})):
            query = "?client_id=a%00b&state=%00&oid=%00&redirect_uri=%00" if where == "query" else ""
            body, kind = None, "text/plain"
            if method == "POST":
                body, kind = "client_id=a%00b&oid=%00&state=%00&scope=%00&code=%00", FORM["Content-Type"]
            if where == "JSON":
                body, kind = '{"last_name": "a\\u0000", "first_name": "b", "oid": 1}', "application/json"
            url = URL(stand.url + path + query, encoded=True)
            async with stand.session.request(
                method, url, data=body, headers={"Content-Type": kind}, allow_redirects=False
            ) as answer:
                assert answer.status < 500, (method, path)
                assert "\0" not in await answer.text()
    assert errors(caplog.records) == []
