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
from myedu.demo import people, stopping
from myedu.demo.machine import Machine, Options, machine
from myedu.demo.parts import PORTAL_PORT
from myedu.demo.programs import ProgramError
from myedu.demo.walk import WalkFailed, table, walk
from myedu.kit.clock import SystemClock
from myedu.kit.migrate import MigrationError
from myedu.kit.postgres import PostgresError


def main(arguments: Sequence[str] | None = None) -> int:
    """0 after Ctrl-C or a whole walk, 1 when something failed."""
    options, check = _read_options(arguments)
    stopping.listen()
    started = monotonic()
    try:
        with machine(options, say=print) as running:
            if check:
                return _check(running, options.today)
            _print_welcome(running, monotonic() - started)
            running.crew.watch()
    except KeyboardInterrupt:
        print("\nStopped; nothing is left running.")
        return 0
    except MigrationError as error:
        print(
            f"{error}\nThe demo's data is worth nothing: delete {options.folder} and start again.",
            file=sys.stderr,
        )
        return 1
    except (ProgramError, PostgresError, WalkFailed) as error:
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
    given = parser.parse_args(arguments)
    options = Options(
        folder=given.folder,
        real_data=Path(os.environ.get("MYEDU_REAL_DATA", "../shared/data")).absolute(),
        today=SystemClock().now().date(),
        database_url=os.environ.get("MYEDU_DATABASE_URL"),
        port=given.port,
    )
    return options, given.check


def _check(running: Machine, today: date) -> int:
    weeks = asyncio.run(walk(running.portal, people.MOTHER, monday_of(today)))
    for week in weeks:
        print(table(week), end="\n\n")
    expected = len(next(person.children for person in running.people.people if person.oid == people.MOTHER))
    if len(weeks) != expected:
        raise WalkFailed(f"the mother has {expected} children and sees {len(weeks)}")
    print(f"All there: {len(weeks)} children on {len(running.journals)} journals.")
    return 0


def _print_welcome(running: Machine, seconds: float) -> None:
    print(f"\nReady in {seconds:.0f} s. Open {running.portal} and choose a person; all of them are invented:")
    for person in running.people.with_accounts():
        print(f"  {person.full_name:<32} {person.about}")
    print(f"\n{'operator':<14} {running.portal}/operator/packages (the operator's account only)")
    print(f"{'portal':<14} {running.portal}\n{'ESIA sandbox':<14} {running.sandbox}")
    for system_id, address in running.journals.items():
        print(f"{system_id:<14} {address}")
    print("\nCtrl-C stops everything.", flush=True)


if __name__ == "__main__":
    sys.exit(main())
