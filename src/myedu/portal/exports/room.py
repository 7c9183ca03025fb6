"""The room `exports`."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from myedu.kit.web.admission import RequestClassSpec
from myedu.portal.context import WorkerContext
from myedu.portal.exports import commands, list_command, system_commands
from myedu.portal.exports.checks import CHECKS
from myedu.portal.exports.metrics import METRICS, measure
from myedu.portal.exports.settings import ExportSettings
from myedu.portal.exports.tasks import ImportTask, nightly_tasks
from myedu.portal.exports.web import PREFIX, ROUTES
from myedu.portal.room import Room
from myedu.portal.tasks import Task


@asynccontextmanager
async def _tasks(context: WorkerContext) -> AsyncIterator[Sequence[Task]]:
    load = commands.load_context(context)
    yield [ImportTask(load, context.clients.client_for), *nightly_tasks(load)]


ROOM = Room(
    name="exports",
    settings=(ExportSettings,),
    routes=ROUTES,
    request_classes=(
        RequestClassSpec("upload", share=1 / 4, prefixes=(PREFIX,), methods=("PUT",), is_streamed=True),
        RequestClassSpec("exchange", share=1 / 4, prefixes=(PREFIX,)),
    ),
    api_prefixes=(PREFIX,),
    tasks=_tasks,
    commands=(*list_command.COMMANDS, *system_commands.COMMANDS, *commands.COMMANDS),
    checks=CHECKS,
    published_sql={"exports.in_force": "verification matches a region again when it has other packages"},
    metrics=METRICS,
    measure=measure,
)
