"""The room `diary`: what it announces to the portal's composition root (portal.room)."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from litestar import Response
from psycopg import AsyncConnection

from myedu.kit.i18n import message as _
from myedu.kit.web.error_handlers import context_of, error_response, not_found
from myedu.kit.web.languages import words_for
from myedu.kit.web.responses import AnyRequest
from myedu.portal.context import AppContext
from myedu.portal.diary import api, links, web, web_family
from myedu.portal.diary.opening import METRICS
from myedu.portal.diary.presenter_landing import child_not_found
from myedu.portal.diary.sections import SectionCache
from myedu.portal.diary.service import DiaryService, NotFound, erase_persons
from myedu.portal.federation.service import Federation
from myedu.portal.navigation import HomePage, NavEntry
from myedu.portal.people.models import Place
from myedu.portal.people.service import NotVisible
from myedu.portal.room import Room


@asynccontextmanager
async def _open(context: AppContext) -> AsyncIterator[Mapping[str, object]]:
    federation = context.service(Federation)
    diary = DiaryService(context.database, federation, context.clock, context.telemetry)
    yield {"diary": diary, "week_sections": SectionCache()}


def _child_missing(request: AnyRequest, error: NotVisible) -> Response[bytes]:
    title, view = child_not_found(words_for(request, context_of(request).words))
    return error_response(request, 404, title=title, view=view)


async def _home(context: AppContext, token: str) -> HomePage | None:
    family = await context.service(DiaryService).signed_in_family(token)
    return HomePage(label=_("Children"), href=links.CHILDREN) if family and family.students else None


async def _erase(conn: AsyncConnection, region: str, system_id: str) -> None:
    await erase_persons(conn, Place(region, system_id))


ROOM = Room(
    name="diary",
    home=_home,
    routes=(*web_family.ROUTES, *web.ROUTES, *api.ROUTES),
    templates="myedu.portal.diary",
    errors={NotVisible: _child_missing, NotFound: not_found},
    nav=(
        NavEntry(area="guardian", section="children", label=_("Children"), href=links.CHILDREN),
        NavEntry(area="child", section="today", label=_("Today"), href="/c/{child}/today"),
        NavEntry(area="child", section="week", label=_("Week"), href="/c/{child}/week"),
        NavEntry(area="child", section="marks", label=_("Marks"), href="/c/{child}/marks"),
        NavEntry(area="child", section="homework", label=_("Tasks"), href="/c/{child}/homework"),
    ),
    api_prefixes=(api.PREFIX,),
    services=("diary",),
    open=_open,
    erase=_erase,
    metrics=METRICS,
)
