"""Every route of every room for every kind of viewer, generated from the list of rooms.

Where a route is decides who may open it: below a child, for operators, for vendors' programs, for everyone
who has signed in, or for all. A new route that is in none of these fails here until its place is written
down.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Literal, get_args
from uuid import UUID

import msgspec
import pytest
from litestar import Router
from litestar.routes import HTTPRoute

from myedu.kit.web import health, static_files
from myedu.kit.web.forms import FIELD, csrf_token
from myedu.portal.app import ROOMS
from myedu.portal.exports.models import LoadContext
from myedu.portal.exports.service import load_folder
from myedu.portal.signed_in import SESSION_COOKIE
from tests.portal.access_requests.conftest import OTHER_IN_ESIA, SCHOOL_IN_ESIA, acts_for
from tests.portal.browser import Browser
from tests.portal.diary.conftest import MOTHER, OUTSIDER, PUPIL, Home, OpenHome, open_home  # noqa: F401
from tests.portal.diary.test_files import SHOWN, WITH_FILE
from tests.portal.exports.packages import a_school, package
from tests.portal.exports.pushing import vendor
from tests.portal.staff.teacher import POST, add_teacher

Place = Literal[
    "child",
    "sibling",
    "request",
    "staff",
    "head",
    "any head",
    "officer",
    "other region",
    "operator",
    "sandbox",
    "vendor",
    "signed-in",
    "all",
]
Viewer = Literal[
    "mother", "pupil", "other parent", "teacher", "head", "other head", "officer", "operator", "anonymous"
]
Outcome = Literal["opened", "nothing there", "sign in", "token needed"]

PERSONS: dict[Viewer, int] = {
    "mother": MOTHER,
    "pupil": PUPIL,
    "other parent": OUTSIDER,
    "teacher": 1000300006,
    "head": 1000300012,
    "other head": 1000300017,
    "officer": 1000300020,
    "operator": 1000300009,
}
OPERATORS_ORGANISATION = "1000400002"
AUTHORITY = "1000400010"
FAMILY: set[Viewer] = {"mother", "pupil"}
MAY_OPEN: dict[Place, set[Viewer]] = {
    "child": FAMILY,
    "sibling": {"mother"},  # the same routes for the pupil's brother
    "request": {"mother"},  # she has sent it
    "staff": {"teacher"},
    "head": {"head"},  # of the school
    "any head": {"head", "other head"},  # one who has confirmed no school finds theirs there
    "officer": {"officer"},
    "other region": set(),  # the same routes for a region that is not the officer's
    "operator": {"operator"},
    "sandbox": {"operator"},
    "vendor": set(),  # programs with a token of their own
    "signed-in": set(PERSONS),
    "all": set(get_args(Viewer)),
}
FOR_SIGNED_IN = {
    *("/children", "/api/children", "/sessions", "/sessions/close", "/enter/organization"),
    *("/children/missing", "/children/missing/ask"),
}
FOR_ALL = {
    "/conformance/{system_id}",  # published in this portal; test_conformance.py has those that are not
    *("/", "/c/{child}", "/enter", "/enter/back", "/leave", "/view"),
    *("/schools", "/regions", "/help/diary-not-found"),
    *health.PATHS,
    *("/sw.js", "/static/{file}"),
    "/exchange/oauth2/token",  # where a vendor's program gets its token
}


class Route(msgspec.Struct, frozen=True, order=True):
    """A method and a path as the room declares it: `/c/{child}/today`."""

    method: str
    path: str

    @property
    def place(self) -> Place:
        if self.path in FOR_ALL:
            return "all"
        if self.path in FOR_SIGNED_IN:
            return "signed-in"
        if "/c/{child}/" in self.path:
            return "child"
        if self.path.startswith("/children/missing/requests/"):
            return "request"
        if self.path.startswith("/exchange/"):
            return "vendor"
        if self.path.startswith("/operator/vendor"):
            return "sandbox"
        if self.path == "/region" or self.path.startswith("/region/"):
            return "officer"
        if self.path == "/pilot" or self.path.startswith(("/operator/", "/pilot/")):
            return "operator"
        if self.path == "/school":
            return "any head"
        if self.path.startswith("/school/"):
            return "head"
        if self.path.startswith("/staff/"):
            return "staff"
        raise AssertionError(f"{self.path} has no place: say here who may open it")


def places_of(route: Route) -> tuple[Place, ...]:
    """Those for which a route is opened: for one's own child and for another's, and so on."""
    if route.place == "child":
        return ("child", "sibling")
    if route.place == "officer" and "{region}" in route.path:
        return ("officer", "other region")
    return (route.place,)


def all_routes() -> list[Route]:
    """Those of all rooms and those that every program has. Signing out is the last."""
    handlers = [*health.ROUTES, *static_files.ROUTES, *(route for room in ROOMS for route in room.routes)]
    return sorted(
        (
            Route(method, route.path_format)
            for route in Router("/", route_handlers=handlers).routes
            if isinstance(route, HTTPRoute)
            for method in route.methods - {"OPTIONS"}
        ),
        key=lambda route: (route.path == "/leave", route),
    )


class Site(msgspec.Struct, frozen=True):
    """A family's portal with a package that waits for the operator's decision."""

    home: Home
    browsers: dict[Viewer, Browser]
    export_id: UUID
    exchange_id: int
    run_id: int
    is_sandbox: bool
    request: UUID
    unanswered: UUID  # a request to a school without a head, which operators see

    async def outcome(self, viewer: Viewer, route: Route, place: Place, child: UUID) -> Outcome | int:
        """What a viewer gets; the status if it is none of the four."""
        browser = self.browsers[viewer]
        form = {FIELD: csrf_token(browser.cookie(SESSION_COOKIE) or ""), "person": "maria", "done": "1"}
        form["agreed"] = "1"  # a region goes on to publish
        form |= {"region": "14", "system": "near", "school": "o1", "post": POST.id}
        async with browser.session.request(
            route.method,
            f"{self.home.world.url}{self._path(route, place, child)}",
            data=form if route.method == "POST" else None,
            headers={"origin": self.home.world.url},
            allow_redirects=False,
        ) as answer:
            if answer.headers.get("location", "").startswith("/enter?"):
                return "sign in"
            if route.place == "head" and answer.headers.get("location") == "/school":
                return "nothing there"  # a head without a school is led to finding it
            if answer.status == 401:
                return "token needed" if route.place == "vendor" else "sign in"
            if answer.status == 404:
                return "nothing there"
            # A form with missing fields and a return from ESIA without a code are explained.
            return "opened" if answer.status < 400 or answer.status in (400, 422) else answer.status

    def _path(self, route: Route, place: Place, child: UUID) -> str:
        system_id = "near" if route.place == "sandbox" else "r25-a"
        values = {
            "child": child,
            "day": "2026-11-25",
            "subject_id": "maths",
            "file_id": "plan.pdf",
            "rest": "h-2026-11-25/done",
            "system_id": system_id,
            "export_id": self.export_id,
            "exchange_id": self.exchange_id,
            "run_id": self.run_id,
            "name": "region-down",
            "region": "14" if place == "other region" else "25",
            "contact_id": 1,
            "id": self.unanswered if route.place == "operator" else self.request,
            "file": _file(route.path),
        }
        query = ""
        if route.path.endswith("/accounts"):
            query = "?person=maria"
        if route.path.startswith("/school/staff/"):
            query = f"?system=near&post={POST.id}"
        return route.path.format_map(values) + query


def _file(path: str) -> str:
    if path.startswith("/static/"):
        return "LICENSE.htmx.txt"
    return "report.json" if "/conformance/" in path else "persons.parquet"


@pytest.fixture(scope="module", params=["portal", "sandbox"])
async def site(
    open_home: OpenHome,  # noqa: F811
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> AsyncIterator[Site]:
    spool = tmp_path_factory.mktemp("spool")
    is_sandbox = request.param == "sandbox"
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        organisations = (OPERATORS_ORGANISATION,)
        home = await enter(
            open_home(
                spool=spool,
                operator_organisations=organisations,
                sandbox=is_sandbox,
                sandbox_invites=is_sandbox,
            )
        )
        browsers: dict[Viewer, Browser] = {"anonymous": await enter(home.world.browser())}
        for viewer, oid in PERSONS.items():
            browsers[viewer], _ = await enter(home.world.signed_in(oid))
        await add_teacher(home)
        async with home.database.connection() as conn:
            await conn.execute(
                "UPDATE pilot.regions SET authority_oids = %s WHERE code = '25'", [[AUTHORITY]]
            )
        for viewer, organisation in (("head", SCHOOL_IN_ESIA), ("other head", OTHER_IN_ESIA)):
            await acts_for(browsers[viewer], PERSONS[viewer], organisation)
        requests = [await sent_request(browsers["mother"], system) for system in ("near", "far")]
        await home.mother.get(f"/c/{home.maria}/week/2026-11-25")
        await home.mother.get(f"/c/{home.pavel}/week/2026-11-25")
        await home.change_copies(SHOWN, WITH_FILE)
        waiting = await waiting_package(home, spool)
        exchange, run = await kept_exchange(home), await published_run(home)
        yield Site(home, browsers, waiting, exchange, run, is_sandbox, *requests)


async def kept_exchange(home: Home) -> int:
    """An exchange with r25-a that failed; its id."""
    async with home.database.connection() as conn:
        found = await conn.execute(
            "INSERT INTO federation.exchanges (system_id, at, method, problem, seconds, headers)"
            " VALUES ('r25-a', now(), 'diary', 'timeout', 3, '{}') RETURNING id"
        )
        ((number,),) = await found.fetchall()
        return int(number)


async def sent_request(browser: Browser, system: str) -> UUID:
    """A request of the browser's viewer about a child whom nobody knows."""
    child = {"child": "other", "last_name": "Чиж", "first_name": "Ян", "birth_date": "01.09.2015"}
    school = {"region": "14", "system": system, "organization": "o1"}
    form = {FIELD: csrf_token(browser.cookie(SESSION_COOKIE) or ""), **child, **school}
    page = await browser.post("/children/missing/ask", form)
    assert page.status == 200
    return UUID(page.url.rsplit("/", 1)[1])


async def published_run(home: Home) -> int:
    """A conformance report of r25-a that everyone may read; its id."""
    report = b'{"system": "", "exit_status": 0, "counts": {}, "results": []}'
    async with home.database.connection() as conn:
        await conn.execute(
            "INSERT INTO operators.conformance_published (system_id, region, published_at)"
            " VALUES ('r25-a', '25', now())"
        )
        found = await conn.execute(
            "INSERT INTO operators.conformance_runs (region, system_id, state, asked_at, ended_at, product,"
            " counts, exit_status, report_json, report_html)"
            " VALUES ('25', 'r25-a', 'judged', now(), now(), '', '{}', 0, %s, '') RETURNING id",
            [report],
        )
        ((number,),) = await found.fetchall()
        return int(number)


async def waiting_package(home: Home, spool: Path) -> UUID:
    """A package that would archive most of a school and waits for the decision; its export_id."""
    context = LoadContext(home.database, home.world.clock, spool)
    now = home.world.clock.now()
    await vendor(home.database, now)
    for pupils, hours in ((60, 2), (5, 1)):
        manifest = package(spool / "r25-a", a_school(pupils), now - timedelta(hours=hours))
        await load_folder(context, "r25-a", spool / "r25-a" / str(manifest.export_id))
    return manifest.export_id


def expected(viewer: Viewer, place: Place, *, is_sandbox: bool) -> Outcome:
    if place == "vendor":
        return "token needed"
    if place == "sandbox" and not is_sandbox:  # the routes are not there
        return "nothing there"
    if viewer in MAY_OPEN[place]:
        return "opened"
    return "sign in" if viewer == "anonymous" else "nothing there"


# The operator decides about the package, so for all others it still waits.
@pytest.mark.parametrize("viewer", [*sorted({*get_args(Viewer)} - {"operator"}), "operator"])
async def test_everyone_gets_what_is_theirs_and_nothing_else(site: Site, viewer: Viewer) -> None:
    children: dict[Place, UUID] = {"child": site.home.maria, "sibling": site.home.pavel}
    wrong = {}
    for route in all_routes():
        for place in ("child", "sibling") if route.place == "child" else (route.place,):
            found = await site.outcome(viewer, route, place, children.get(place, site.home.maria))
            if found != expected(viewer, place, is_sandbox=site.is_sandbox):
                wrong[route.method, route.path, place] = found
    assert wrong == {}


def test_every_place_has_routes() -> None:
    places = {route.place for route in all_routes()}
    assert places | {"sibling", "other region"} == set(get_args(Place))
