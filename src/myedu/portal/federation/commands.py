"""`myedu portal pause | resume | wake`: a journal system in a terminal."""

import argparse

from myedu.kit.terminal import tr
from myedu.portal.commands import SYSTEM_HELP, Command, CommandFailed, with_database
from myedu.portal.context import CommandContext
from myedu.portal.federation.wake_ups import wake
from myedu.portal.people import service as people


async def _pause(context: CommandContext, options: argparse.Namespace) -> None:
    system = options.system
    async with context.database.transaction() as conn:
        if await people.system(conn, system) is None:
            raise CommandFailed(tr("not registered: {systems}; see `myedu portal register`", systems=system))
        done = await people.pause_system(conn, system, context.clock.now(), None)
    if done:
        print(tr("{system}: paused; pages show copies until `myedu portal resume {system}`", system=system))
    else:
        print(tr("{system}: is paused already", system=system))


async def _resume(context: CommandContext, options: argparse.Namespace) -> None:
    system = options.system
    async with context.database.transaction() as conn:
        if await people.system(conn, system) is None:
            raise CommandFailed(tr("not registered: {systems}; see `myedu portal register`", systems=system))
        done = await people.resume_system(conn, system, context.clock.now(), None)
    print(
        tr("{system}: is asked again", system=system) if done else tr("{system}: isn't paused", system=system)
    )


async def _wake(context: CommandContext, options: argparse.Namespace) -> None:
    async with context.database.transaction() as conn:
        known = await people.system(conn, options.system)
        if known is None:
            raise CommandFailed(
                tr("not registered: {systems}; see `myedu portal register`", systems=options.system)
            )
        await wake(conn, known.region, known.id, context.clock.now(), None)
    print(tr("{system}: the next read is tried, whatever failed before", system=options.system))


def _system_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("system", help=tr(SYSTEM_HELP))


COMMANDS = (
    Command(
        name="pause",
        help="ask a journal system for nothing until `resume`",
        run=with_database(_pause),
        arguments=_system_argument,
        programs=("portal", "exports"),
    ),
    Command(
        name="resume",
        help="end the pause of a journal system",
        run=with_database(_resume),
        arguments=_system_argument,
        programs=("portal", "exports"),
    ),
    Command(
        name="wake",
        help="call a resting journal at once",
        run=with_database(_wake),
        arguments=_system_argument,
    ),
)
