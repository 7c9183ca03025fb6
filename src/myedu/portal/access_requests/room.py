"""The room `access_requests`."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from litestar import Response
from psycopg import AsyncConnection

from myedu.kit.i18n import message as _
from myedu.kit.web.admission import RequestClassSpec
from myedu.kit.web.error_handlers import not_found
from myedu.kit.web.responses import AnyRequest, redirect
from myedu.portal.access_requests import links, school, web, web_school
from myedu.portal.access_requests.models import NoSchoolHere, NoSuchRequest, TooYoung
from myedu.portal.access_requests.schools import Schools
from myedu.portal.access_requests.service import erase_persons
from myedu.portal.access_requests.settings import RequestSettings
from myedu.portal.access_requests.tasks import CheckTask, nightly_tasks
from myedu.portal.context import AppContext, WorkerContext
from myedu.portal.navigation import HomePage, NavEntry
from myedu.portal.people.models import Place
from myedu.portal.room import Room
from myedu.portal.tasks import Task


@asynccontextmanager
async def _open(context: AppContext) -> AsyncIterator[Mapping[str, object]]:
    yield {"schools": Schools(context.database, context.clock)}


@asynccontextmanager
async def _tasks(context: WorkerContext) -> AsyncIterator[Sequence[Task]]:
    yield [CheckTask(context.database, context.clock), *nightly_tasks(context)]


async def _erase(conn: AsyncConnection, region: str, system_id: str) -> None:
    await erase_persons(conn, Place(region, system_id))


def _too_young(request: AnyRequest, error: TooYoung) -> Response[bytes]:
    return redirect(links.MISSING)  # it says who asks


async def _home(context: AppContext, token: str) -> HomePage | None:
    """Of deputies; heads come from «Моя школа»."""
    if not await school.is_deputy(context, token):
        return None
    return HomePage(label=_("Families' requests"), href=links.SCHOOL_REQUESTS)


ROOM = Room(
    name="access_requests",
    settings=(RequestSettings,),
    home=_home,
    routes=(*web.ROUTES, *web_school.ROUTES),
    templates="myedu.portal.access_requests",
    errors={NoSuchRequest: not_found, NoSchoolHere: not_found, TooYoung: _too_young},
    nav=(
        NavEntry(
            area="school",
            section=links.SCHOOL_REQUESTS,
            label=_("Families' requests"),
            href=links.SCHOOL_REQUESTS,
        ),
        NavEntry(
            area="operator",
            section=links.OPERATOR_REQUESTS,
            label=_("Families' requests"),
            href=links.OPERATOR_REQUESTS,
        ),
    ),
    # Anybody may search: a flood of searches leaves the families' pages their capacity.
    request_classes=(RequestClassSpec("schools", share=1 / 16, paths=(links.SCHOOLS,)),),
    open=_open,
    tasks=_tasks,
    erase=_erase,
)
