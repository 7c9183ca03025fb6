"""A client that hangs up is no error of the portal's: nothing about it in the log, and the portal goes on."""

import asyncio
from typing import cast

import aiohttp
import pytest

from myedu.kit.web.forms import FIELD, csrf_token
from myedu.portal.signed_in import SESSION_COOKIE
from tests.hang_up import errors, hang_up
from tests.portal.exports.pushing import pusher, vendor
from tests.portal.test_access import Site, Viewer, all_routes, open_home, site  # noqa: F401


def requests(site: Site, *prefixes: str) -> list[tuple[str, str]]:  # noqa: F811
    return [
        (route.method, site._path(route, route.place, site.home.maria))
        for route in all_routes()
        if route.path.startswith(prefixes) and route.path != "/leave"
    ]


async def is_quiet(site: Site, caplog: pytest.LogCaptureFixture) -> None:  # noqa: F811
    await asyncio.sleep(0.5)  # what was asked may still be answered
    assert (await site.browsers["anonymous"].get("/")).status == 200
    assert errors(caplog.records) == []


@pytest.mark.parametrize("site", ["portal"], indirect=True)
@pytest.mark.parametrize("viewer", ["mother", "operator"])
async def test_a_browser_that_leaves(
    site: Site,  # noqa: F811
    viewer: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    session = site.browsers[cast(Viewer, viewer)].cookie(SESSION_COOKIE) or ""
    headers = {
        "Cookie": f"{SESSION_COOKIE}={session}",
        "Origin": site.home.world.url,
        "Content-Type": "application/x-www-form-urlencoded",
    }
    form = f"{FIELD}={csrf_token(session)}&done=1&person=maria&rest={'a' * 500}".encode()
    await hang_up(site.home.world.url, requests(site, "/"), headers, form)
    await is_quiet(site, caplog)


@pytest.mark.parametrize("site", ["portal"], indirect=True)
async def test_a_page_that_waits_for_a_journal(
    site: Site,  # noqa: F811
    caplog: pytest.LogCaptureFixture,
) -> None:
    site.home.near.pause = 1
    await site.home.age_copies(60)
    session = site.browsers["mother"].cookie(SESSION_COOKIE) or ""
    week = [("GET", f"/c/{site.home.maria}/week/2026-11-25"), ("GET", "/api/children")]
    await hang_up(site.home.world.url, week, {"Cookie": f"{SESSION_COOKIE}={session}"})
    site.home.near.pause = 0
    await is_quiet(site, caplog)


@pytest.mark.parametrize("site", ["portal"], indirect=True)
async def test_a_vendors_program_that_leaves(site: Site, caplog: pytest.LogCaptureFixture) -> None:  # noqa: F811
    world = site.home.world
    known = await vendor(site.home.database, world.clock.now(), system_id="leaving")
    async with aiohttp.ClientSession() as session:
        token = await pusher(session, world, known)._tokens.get()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/x-www-form-urlencoded"}
    for size in (500, 200_000):  # read ahead, and read while the request is worked on
        await hang_up(world.url, requests(site, "/exchange/"), headers, b"{" + b" " * size)
    await is_quiet(site, caplog)
