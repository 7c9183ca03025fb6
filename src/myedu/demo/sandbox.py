"""`myedu sandbox`: a portal of the vendor's own, with invented people, to try a journal on.

PostgreSQL, the ESIA sandbox and the portal with the page /operator/vendor; the journal is the vendor's.
"""

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from myedu.demo import interrupts
from myedu.demo.keys import PORTAL_CLIENT_ID, ensure_keys
from myedu.demo.people import OPERATOR
from myedu.demo.ports import Ports
from myedu.demo.programs import ProgramError, Supervisor
from myedu.demo.servers import ensure_portal_database, postgres_server
from myedu.demo.services import PORTAL_PORT, SANDBOX_PORT, portal_settings, start_esia, start_portal
from myedu.demo.terminal_ru import RUSSIAN
from myedu.esia.sandbox.people import Cast, SandboxPerson, default_people
from myedu.kit.migrate import MigrationError
from myedu.kit.postgres import PostgresError
from myedu.kit.terminal import Parser, tr, use_catalogue

FOLDER = Path(".run/sandbox")
_ABOUT = (
    "A portal of your own, with invented people, to try a journal on: PostgreSQL, the ESIA sandbox and"
    " the portal with the page /operator/vendor. The journal is yours."
)


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """`folder` keeps all data between starts; without `database_url` the database too."""

    folder: Path
    database_url: str | None = None
    port: int = PORTAL_PORT
    database: str = "myedu_sandbox"


class VendorSandbox(msgspec.Struct, frozen=True, kw_only=True):
    """What runs. `portal_key`: PEM file of the portal's public key, for the journal to admit the portal."""

    portal: str
    esia: str
    portal_key: Path
    operator: SandboxPerson
    supervisor: Supervisor


def main(arguments: Sequence[str] | None = None) -> int:
    """0 after Ctrl-C, 1 with the reason on standard error if something failed."""
    use_catalogue(RUSSIAN)
    options = _read_options(arguments)
    interrupts.install_handlers()
    try:
        with run_sandbox(options) as sandbox:
            print(_welcome(sandbox), flush=True)
            sandbox.supervisor.watch()
    except KeyboardInterrupt:
        print("\n" + tr("Stopped; nothing is left running."))
        return 0
    except MigrationError as error:
        print(
            f"{error}\n{tr('Delete the folder {folder} and start again.', folder=options.folder)}",
            file=sys.stderr,
        )
        return 1
    except (ProgramError, PostgresError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


@contextlib.contextmanager
def run_sandbox(options: Options) -> Iterator[VendorSandbox]:
    """Starts everything, yields when the portal is ready, stops everything.

    Raises ProgramError, PostgresError, MigrationError, OSError.
    """
    ports = Ports(options.port)
    esia_port, portal_port = ports.find(SANDBOX_PORT), ports.find(PORTAL_PORT)  # before anything is started
    folder = options.folder.absolute()
    keys = ensure_keys(folder / "keys")
    portal_key = folder / "portal.public.pem"
    shutil.copyfile(keys.clients / f"{PORTAL_CLIENT_ID}.pem", portal_key)
    cast = _only_operators(default_people())
    with (
        postgres_server(options.database_url, folder / "postgres") as server,
        Supervisor(folder / "logs") as supervisor,
    ):
        database = ensure_portal_database(server, options.database)
        esia = start_esia(supervisor, folder, keys, cast, esia_port, open_registration=True)
        settings = portal_settings(database, folder, keys, esia, portal_port)
        portal = start_portal(supervisor, {**settings, "MYEDU_SANDBOX": "true"})
        yield VendorSandbox(
            portal=portal, esia=esia, portal_key=portal_key, operator=cast.people[0], supervisor=supervisor
        )


def _only_operators(cast: Cast) -> Cast:
    """The operators only: families come from the vendor's export."""
    people = tuple(
        person for person in cast.people if any(role.organisation == OPERATOR for role in person.roles)
    )
    return Cast(people=people, organisations=cast.organisations)


def _read_options(arguments: Sequence[str] | None) -> Options:
    parser = Parser(prog="myedu sandbox", description=tr(_ABOUT))
    parser.add_argument("--folder", type=Path, default=FOLDER, help=tr("keeps data between starts"))
    about_port = tr(
        "of the portal, the others move with it; 0: any free ones (default {port})", port=PORTAL_PORT
    )
    parser.add_argument("--port", type=int, default=PORTAL_PORT, help=about_port)
    parsed = parser.parse_args(arguments)
    return Options(folder=parsed.folder, port=parsed.port, database_url=os.environ.get("MYEDU_DATABASE_URL"))


def _welcome(sandbox: VendorSandbox) -> str:
    rows = (
        (tr("Portal"), sandbox.portal),
        (tr("ESIA sandbox"), sandbox.esia),
        (tr("The portal's key"), sandbox.portal_key),
    )
    steps = (
        tr("Let your journal admit the portal:"),
        tr(
            "Open {url} and sign in as {name}.",
            url=f"{sandbox.portal}/operator/vendor",
            name=sandbox.operator.full_name,
        ),
    )
    return "\n".join(
        [
            "",
            *(f"{name + ':':<16} {value}" for name, value in rows),
            "",
            f"1. {steps[0]}",
            f"   myedu connector serve --clients portal={sandbox.portal_key}",
            f"2. {steps[1]}",
            "",
            tr("Ctrl-C stops everything."),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
