"""The room `operators`."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from myedu.kit.i18n import message as _
from myedu.kit.web.error_handlers import not_found
from myedu.portal.context import AppContext, WorkerContext
from myedu.portal.identity.service import Rights
from myedu.portal.navigation import HomePage, NavEntry
from myedu.portal.operators import links, web, web_conformance, web_journals, web_vendor_sandbox
from myedu.portal.operators.conformance import ConformanceTask
from myedu.portal.operators.journals import NoSuchJournal
from myedu.portal.operators.service import NoSuchPackage
from myedu.portal.operators.vendor_sandbox import NoSuchSystem
from myedu.portal.people.service import NotSandbox
from myedu.portal.room import Room
from myedu.portal.settings import is_sandbox
from myedu.portal.tasks import Task


async def _home(context: AppContext, token: str) -> HomePage | None:
    if is_sandbox(context.settings) and await context.service(Rights).was_operator(token):
        return HomePage(label=_("Vendor sandbox"), href=links.VENDOR_SANDBOX)
    return None  # the room `pilot` has their first page


@asynccontextmanager
async def _tasks(context: WorkerContext) -> AsyncIterator[Sequence[Task]]:
    yield [ConformanceTask(context.database, context.clock, context.settings)]


ROOM = Room(
    name="operators",
    tasks=_tasks,
    home=_home,
    routes=(*web.ROUTES, *web_journals.ROUTES, *web_conformance.ROUTES, *web_vendor_sandbox.ROUTES),
    templates="myedu.portal.operators",
    errors={
        NoSuchPackage: not_found,
        NoSuchJournal: not_found,
        NoSuchSystem: not_found,
        NotSandbox: not_found,
    },
    nav=(
        NavEntry(area="operator", section=links.PACKAGES, label=_("Packages"), href=links.PACKAGES),
        NavEntry(area="operator", section=links.JOURNALS, label=_("Journals"), href=links.JOURNALS),
        NavEntry(area="operator", section=links.RUNBOOKS, label=_("Runbooks"), href=links.RUNBOOKS),
        NavEntry(
            area="operator",
            section=links.VENDOR_SANDBOX,
            label=_("Vendor sandbox"),
            href=links.VENDOR_SANDBOX,
            shown_if=is_sandbox,
        ),
    ),
)
