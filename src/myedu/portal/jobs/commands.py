"""`myedu jobs list | show | retry`: the worker's queue in a terminal."""

import argparse
from datetime import datetime

import msgspec

from myedu.kit.terminal import table, tr
from myedu.portal.commands import Command, CommandFailed, json_argument, with_database
from myedu.portal.context import CommandContext
from myedu.portal.jobs import service
from myedu.portal.jobs.models import JobLine

_MAX_ID = 2**63 - 1  # PostgreSQL's bigint


async def _list(context: CommandContext, options: argparse.Namespace) -> None:
    async with context.database.connection() as conn:
        found = await service.jobs(conn, context.clock.now())
    if options.json:
        print(msgspec.json.encode(found).decode())
    elif found:
        print(table([_head(), *map(_row, found)]))
    else:
        print(tr("the queue is empty"))


async def _show(context: CommandContext, options: argparse.Namespace) -> None:
    async with context.database.connection() as conn:
        found = await service.job(conn, options.id, context.clock.now())
    if found is None:
        raise CommandFailed(
            tr("no job {id} is in the queue: it is done; see `myedu jobs list`", id=options.id)
        )
    if options.json:
        print(msgspec.json.encode(found).decode())
        return
    print(table([_head(), _row(found.job)]))
    print(tr("asked for: {payload}", payload=found.payload or "-"))
    for event in found.events:
        print(f"  {_moment(event.at)}  {event.status}{f'  {event.error}' if event.error else ''}")


async def _retry(context: CommandContext, options: argparse.Namespace) -> None:
    async with context.database.transaction() as conn:
        result = await service.retry_job(conn, options.id)
    if result == "not-failed":
        raise CommandFailed(tr("job {id} has not failed for good: see `myedu jobs list`", id=options.id))
    if result == "already-queued":
        raise CommandFailed(
            tr(
                "job {id}: the same work is queued or running as another job: see `myedu jobs list`",
                id=options.id,
            )
        )
    print(tr("job {id}: queued again", id=options.id))


def _head() -> tuple[str, ...]:
    return (
        "id", tr("task"), tr("subject"), tr("state"), tr("attempts"), tr("created"), tr("runs after"),
    )  # fmt: skip


def _row(job: JobLine) -> tuple[str, ...]:
    return (
        str(job.id), job.task, job.subject, job.state, str(job.attempts), _moment(job.created_at),
        _moment(job.run_after),
    )  # fmt: skip


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}Z"


def _id_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", type=_job_id, help=tr("as `myedu jobs list` shows it"))


def _job_id(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= number <= _MAX_ID:
        raise argparse.ArgumentTypeError(tr("{text} is no id of a job: see `myedu jobs list`", text=text))
    return number


def _id_and_json(parser: argparse.ArgumentParser) -> None:
    _id_argument(parser)
    json_argument(parser)


COMMANDS = (
    Command(
        name="list",
        help="jobs that wait, run or failed for good; times are UTC",
        run=with_database(_list),
        arguments=json_argument,
        programs=("jobs",),
    ),
    Command(
        name="show",
        help="one job: what it was asked to do, and its attempts",
        run=with_database(_show),
        arguments=_id_and_json,
        programs=("jobs",),
    ),
    Command(
        name="retry",
        help="queue a job again that failed for good",
        run=with_database(_retry),
        arguments=_id_argument,
        programs=("jobs",),
    ),
)
