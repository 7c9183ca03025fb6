"""`myedu sandbox`: a portal of the vendor's own, with invented people, to try a journal on.

PostgreSQL, the ESIA sandbox and the portal with the page /operator/vendor; the journal is the vendor's.
"""

import argparse
import contextlib
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from myedu.demo import stopping
from myedu.demo.keys import PORTAL, have_keys
from myedu.demo.parts import PORTAL_PORT, SANDBOX_PORT, portal_settings, start_esia, start_portal
from myedu.demo.people import OPERATOR
from myedu.demo.programs import Crew, ProgramError, free_port
from myedu.demo.servers import have_database, postgres
from myedu.esia.sandbox.people import Cast, SandboxPerson, default_people
from myedu.kit.migrate import MigrationError, migrate
from myedu.kit.postgres import PostgresError

FOLDER = Path(".run/sandbox")


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """`folder` keeps everything between starts; without `database_url` the database lies there too."""

    folder: Path
    database_url: str | None = None
    port: int = PORTAL_PORT
    any_ports: bool = False  # for tests
    database: str = "myedu_sandbox"


class Bench(msgspec.Struct, frozen=True, kw_only=True):
    """What runs. `portal_key`: the file by which a journal lets the portal in, PEM."""

    portal: str
    esia: str
    portal_key: Path
    operator: SandboxPerson
    crew: Crew


def main(arguments: Sequence[str] | None = None) -> int:
    """0 after Ctrl-C, 1 for what the sentence says."""
    options = _read_options(arguments)
    stopping.listen()
    try:
        with running(options) as bench:
            print(_welcome(bench), flush=True)
            bench.crew.watch()
    except KeyboardInterrupt:
        print("\nОстановлено; ничего не осталось.")
        return 0
    except MigrationError as error:
        print(f"{error}\nУдалите папку {options.folder} и начните заново.", file=sys.stderr)
        return 1
    except (ProgramError, PostgresError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


@contextlib.contextmanager
def running(options: Options) -> Iterator[Bench]:
    """Start everything, yield when the portal is ready, stop everything."""
    folder = options.folder.absolute()
    keys = have_keys(folder / "keys")
    portal_key = folder / "portal.public.pem"
    shutil.copyfile(keys.clients / f"{PORTAL}.pem", portal_key)
    cast = _operators(default_people())
    with postgres(options.database_url, folder / "postgres") as server, Crew(folder / "logs") as crew:
        database = have_database(server, options.database)
        migrate(database, "myedu.portal")
        esia = start_esia(crew, folder, keys, cast, _port(options, SANDBOX_PORT), invites=True)
        settings = portal_settings(database, folder, keys, esia, _port(options, options.port))
        portal = start_portal(crew, {**settings, "MYEDU_SANDBOX": "true"})
        yield Bench(portal=portal, esia=esia, portal_key=portal_key, operator=cast.people[0], crew=crew)


def _operators(cast: Cast) -> Cast:
    """Those who run the portal; the families come out of the vendor's export."""
    people = tuple(one for one in cast.people if any(role.organisation == OPERATOR for role in one.roles))
    return Cast(people=people, organisations=cast.organisations)


def _port(options: Options, wanted: int) -> int:
    return free_port(0 if options.any_ports else wanted)


def _read_options(arguments: Sequence[str] | None) -> Options:
    parser = argparse.ArgumentParser(prog="myedu sandbox", description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="keeps data between starts")
    parser.add_argument(
        "--port", type=int, default=PORTAL_PORT, help=f"of the portal (default {PORTAL_PORT})"
    )
    given = parser.parse_args(arguments)
    return Options(folder=given.folder, port=given.port, database_url=os.environ.get("MYEDU_DATABASE_URL"))


def _welcome(bench: Bench) -> str:
    return f"""
Портал:          {bench.portal}
Песочница ЕСИА:  {bench.esia}
Ключ портала:    {bench.portal_key}

1. Пусть ваш журнал впустит портал:
   myedu connector serve --clients portal={bench.portal_key}
2. Откройте {bench.portal}/operator/vendor и войдите как {bench.operator.full_name}.

Ctrl-C останавливает всё."""


if __name__ == "__main__":
    sys.exit(main())
