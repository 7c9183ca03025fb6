"""The room `verification`."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from litestar import Response
from psycopg import AsyncConnection

from myedu.kit.i18n import message as _
from myedu.kit.web.error_handlers import not_found
from myedu.kit.web.responses import AnyRequest, redirect
from myedu.portal.context import AppContext, WorkerContext
from myedu.portal.identity import service as identity
from myedu.portal.navigation import HomePage, NavEntry
from myedu.portal.people.models import Place
from myedu.portal.room import Room
from myedu.portal.tasks import Task
from myedu.portal.verification import (
    links,
    organizations,
    school,
    staff_links,
    staff_matching,
    staff_web,
    web,
)
from myedu.portal.verification.models import SchoolNotConfirmed
from myedu.portal.verification.organization_models import NoSuchCandidate
from myedu.portal.verification.organization_reading import OrganizationReader
from myedu.portal.verification.organization_tasks import EmployeesTask
from myedu.portal.verification.staff_models import NoSuchPost
from myedu.portal.verification.staff_tasks import MatchTask, nightly_match


def _not_confirmed(request: AnyRequest, error: SchoolNotConfirmed) -> Response[bytes]:
    if request.method == "GET":
        return redirect(links.SCHOOL)
    return not_found(request, error)


async def _home(context: AppContext, token: str) -> HomePage | None:
    acts = await school.home_of(context, token)
    if acts is False:
        return None
    return HomePage(label=_("My school"), href=links.SCHOOL if acts else identity.CHOOSE_ORGANIZATION)


async def _erase(conn: AsyncConnection, region: str, system_id: str) -> None:
    await organizations.erase_employees(conn, Place(region, system_id))
    await staff_matching.erase_persons(conn, region, system_id)


@asynccontextmanager
async def _tasks(context: WorkerContext) -> AsyncIterator[Sequence[Task]]:
    async with identity.esia_of(context.settings, context.clock) as esia:
        employees = EmployeesTask(OrganizationReader(context.database, esia, context.clock))
        yield [employees, MatchTask(context), nightly_match(context)]


ROOM = Room(
    name="verification",
    routes=(*web.ROUTES, *staff_web.ROUTES),
    templates="myedu.portal.verification",
    errors={SchoolNotConfirmed: _not_confirmed, NoSuchCandidate: not_found, NoSuchPost: not_found},
    nav=(
        NavEntry(area="school", section=links.SCHOOL, label=_("My school"), href=links.SCHOOL),
        NavEntry(area="school", section=staff_links.STAFF, label=_("Staff"), href=staff_links.STAFF),
        NavEntry(
            area="operator", section=links.OPERATORS_SCHOOLS, label=_("Schools"), href=links.OPERATORS_SCHOOLS
        ),
    ),
    home=_home,
    tasks=_tasks,
    task_settings=identity.ESIA_SETTINGS,
    erase=_erase,
)
