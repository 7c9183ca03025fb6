"""`myedu demo`: start everything, say where it is, stop everything on Ctrl-C."""

import asyncio
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from time import monotonic

from myedu.contract.windows import monday_of
from myedu.demo import interrupts, people
from myedu.demo.programs import ProgramError
from myedu.demo.services import PORTAL_PORT
from myedu.demo.smoke_check import check_family, week_table
from myedu.demo.stack import Options, Stack, run_stack
from myedu.demo.terminal_ru import RUSSIAN
from myedu.demo.visitor import SmokeCheckFailed
from myedu.kit.clock import SystemClock
from myedu.kit.migrate import MigrationError
from myedu.kit.postgres import PostgresError
from myedu.kit.terminal import Parser, tr, use_catalogue


def main(arguments: Sequence[str] | None = None) -> int:
    """0 after Ctrl-C or a check that passed, 1 with the reason on standard error if something failed."""
    use_catalogue(RUSSIAN)
    options, check = _read_options(arguments)
    interrupts.install_handlers()
    started = monotonic()
    try:
        with run_stack(options, say=print) as stack:
            if check:
                return _check(stack, options.today)
            _print_welcome(stack, monotonic() - started)
            stack.supervisor.watch()
    except KeyboardInterrupt:
        print("\n" + tr("Stopped; nothing is left running."))
        return 0
    except MigrationError as error:
        sentence = tr("Delete the folder {folder} and start again.", folder=options.folder)
        print(f"{error}\n{sentence}", file=sys.stderr)
        return 1
    except (ProgramError, PostgresError, SmokeCheckFailed) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _read_options(arguments: Sequence[str] | None) -> tuple[Options, bool]:
    parser = Parser(
        prog="myedu demo", description=tr("Start everything, say where it is, stop everything on Ctrl-C.")
    )
    parser.add_argument("--check", action="store_true", help=tr("walk the thread by HTTP, print it, stop"))
    parser.add_argument(
        "--folder", type=Path, default=Path(".run/demo"), help=tr("keeps data between starts")
    )
    about_port = tr(
        "of the portal, the others move with it; 0: any free ones (default {port})", port=PORTAL_PORT
    )
    parser.add_argument("--port", type=int, default=PORTAL_PORT, help=about_port)
    parsed = parser.parse_args(arguments)
    options = Options(
        folder=parsed.folder,
        real_data=Path(os.environ.get("MYEDU_REAL_DATA", "../shared/data")).absolute(),
        today=SystemClock().now().date(),
        database_url=os.environ.get("MYEDU_DATABASE_URL"),
        port=parsed.port,
    )
    return options, parsed.check


def _check(stack: Stack, today: date) -> int:
    weeks = asyncio.run(check_family(stack.portal, people.MOTHER, monday_of(today)))
    for week in weeks:
        print(week_table(week), end="\n\n")
    expected = len(next(person.children for person in stack.people.people if person.oid == people.MOTHER))
    if len(weeks) != expected:
        raise SmokeCheckFailed(
            tr("the mother has {expected} children and sees {seen}", expected=expected, seen=len(weeks))
        )
    print(
        tr(
            "All there: {children} children on {journals} journals.",
            children=len(weeks),
            journals=len(stack.journals),
        )
    )
    return 0


def _print_welcome(stack: Stack, seconds: float) -> None:
    ready = tr(
        "Ready in {seconds} s. Open {url} and choose a person; all of them are invented:",
        seconds=round(seconds),
        url=stack.portal,
    )
    print(f"\n{ready}")
    for person in stack.people.with_accounts():
        print(f"  {person.full_name:<32} {person.about}")
    account = tr("the operator's account only")
    print(f"\n{tr('operator'):<14} {stack.portal}/pilot ({account})")
    print(f"{tr('portal'):<14} {stack.portal}\n{tr('ESIA sandbox'):<14} {stack.sandbox}")
    for system_id, address in stack.journals.items():
        print(f"{system_id:<14} {address}")
    print("\n" + tr("Ctrl-C stops everything."), flush=True)


if __name__ == "__main__":
    sys.exit(main())
