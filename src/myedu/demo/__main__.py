"""`myedu demo`: start everything, say where it is, stop everything on Ctrl-C."""

import argparse
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
from myedu.demo.smoke_check import SmokeCheckFailed, check_family, week_table
from myedu.demo.stack import Options, Stack, run_stack
from myedu.kit.clock import SystemClock
from myedu.kit.migrate import MigrationError
from myedu.kit.postgres import PostgresError


def main(arguments: Sequence[str] | None = None) -> int:
    """0 after Ctrl-C or a check that passed, 1 with the reason on standard error if something failed."""
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
        print("\nStopped; nothing is left running.")
        return 0
    except MigrationError as error:
        print(
            f"{error}\nThe demo's data is worth nothing: delete {options.folder} and start again.",
            file=sys.stderr,
        )
        return 1
    except (ProgramError, PostgresError, SmokeCheckFailed) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _read_options(arguments: Sequence[str] | None) -> tuple[Options, bool]:
    parser = argparse.ArgumentParser(prog="myedu demo", description=__doc__)
    parser.add_argument("--check", action="store_true", help="walk the thread by HTTP, print it, stop")
    parser.add_argument("--folder", type=Path, default=Path(".run/demo"), help="keeps data between starts")
    parser.add_argument(
        "--port", type=int, default=PORTAL_PORT, help=f"of the portal (default {PORTAL_PORT})"
    )
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
        raise SmokeCheckFailed(f"the mother has {expected} children and sees {len(weeks)}")
    print(f"All there: {len(weeks)} children on {len(stack.journals)} journals.")
    return 0


def _print_welcome(stack: Stack, seconds: float) -> None:
    print(f"\nReady in {seconds:.0f} s. Open {stack.portal} and choose a person; all of them are invented:")
    for person in stack.people.with_accounts():
        print(f"  {person.full_name:<32} {person.about}")
    print(f"\n{'operator':<14} {stack.portal}/operator/packages (the operator's account only)")
    print(f"{'portal':<14} {stack.portal}\n{'ESIA sandbox':<14} {stack.sandbox}")
    for system_id, address in stack.journals.items():
        print(f"{system_id:<14} {address}")
    print("\nCtrl-C stops everything.", flush=True)


if __name__ == "__main__":
    sys.exit(main())
