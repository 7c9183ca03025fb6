"""The room `jobs`."""

from myedu.portal.jobs.checks import CHECKS
from myedu.portal.jobs.commands import COMMANDS
from myedu.portal.jobs.metrics import METRICS
from myedu.portal.jobs.settings import WorkerSettings
from myedu.portal.room import Room

ROOM = Room(
    name="jobs",
    settings=(WorkerSettings,),
    commands=COMMANDS,
    metrics=METRICS,
    published_sql={"jobs.current": "the job under way of each system, on the operator's pages"},
    checks=CHECKS,
)
