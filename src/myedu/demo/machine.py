"""The whole chain on one machine: PostgreSQL, the ESIA sandbox, three journals, the portal."""

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import msgspec

from myedu.connector.adapters.netschool.sample import write_sample
from myedu.demo import people
from myedu.demo.keys import PORTAL, Keys, have_keys
from myedu.demo.parts import PORTAL_PORT, SANDBOX_PORT, portal_settings, start_esia, start_portal
from myedu.demo.programs import Crew, Program, free_port, run_to_end
from myedu.demo.servers import Server, anew, have_database, label_of, postgres, put_label
from myedu.esia.sandbox.people import Cast, default_people
from myedu.kit.migrate import migrate

_PUPILS, _SCHOOL_SIZE = 160, 80


class Journal(msgspec.Struct, frozen=True):
    """A generated region on the reference journal."""

    system_id: str
    region: str
    title: str
    port: int


JOURNALS = (
    Journal("journal-16", "16", "Республика Татарстан", 8102),
    Journal("journal-14", "14", "Республика Саха (Якутия)", 8103),
)
NETSCHOOL = Journal("netschool-25", "25", "Приморский край, «Сетевой город»", 8104)


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """`folder` keeps everything between starts; `real_data` holds recorded answers where it exists."""

    folder: Path
    real_data: Path
    today: date
    database_url: str | None = None
    port: int = PORTAL_PORT
    any_ports: bool = False  # for tests: several machines beside each other
    databases: str = "myedu"  # what their names begin with: several machines on one server


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """What runs, by address."""

    portal: str
    sandbox: str
    journals: dict[str, str]  # system id → address
    portal_database: str
    crew: Crew
    people: Cast


@contextlib.contextmanager
def machine(options: Options, say: Callable[[str], None]) -> Iterator[Machine]:
    """Start everything, yield when the portal is ready, stop everything. `say` gets the steps."""
    folder = options.folder.absolute()
    keys = have_keys(folder / "keys")
    cast = default_people()
    with (
        postgres(options.database_url, folder / "postgres") as server,
        Crew(folder / "logs") as crew,
    ):
        portal_database = have_database(server, f"{options.databases}_portal")
        migrate(portal_database, "myedu.portal")
        ports = _Ports(options)
        sandbox = start_esia(crew, folder, keys, cast, ports.one(SANDBOX_PORT))
        journals = _start_journals(crew, server, folder, keys, cast, options, ports, say)
        portal = _start_portal(crew, portal_database, folder, keys, sandbox, journals, ports, say)
        yield Machine(
            portal=portal,
            sandbox=sandbox,
            journals=journals,
            portal_database=portal_database,
            crew=crew,
            people=cast,
        )


class _Ports:
    """The known ports where they are free; any where they are not, or where tests want so."""

    def __init__(self, options: Options) -> None:
        self._any = options.any_ports
        self.portal = self.one(options.port)

    def one(self, wanted: int) -> int:
        return free_port(0 if self._any else wanted)


def _start_journals(
    crew: Crew,
    server: Server,
    folder: Path,
    keys: Keys,
    cast: Cast,
    options: Options,
    ports: _Ports,
    say: Callable[[str], None],
) -> dict[str, str]:
    def fill(journal: Journal) -> None:
        _fill_journal(server, journal, folder, cast, options, crew.log_of(journal.system_id), say)

    with ThreadPoolExecutor(len(JOURNALS)) as side_by_side:
        list(side_by_side.map(fill, JOURNALS))
    programs = [_journal_program(server, journal, folder, keys, options, ports) for journal in JOURNALS]
    programs.append(_netschool_program(folder, keys, cast, options, ports))
    crew.start(*programs)
    return {program.name: program.ready_url or "" for program in programs}


def _fill_journal(
    server: Server,
    journal: Journal,
    folder: Path,
    cast: Cast,
    options: Options,
    log: Path,
    say: Callable[[str], None],
) -> None:
    """A region generated as of today and its export package; kept for the rest of the day."""
    database = _database_of(journal, options)
    label = f"myedu demo, as of {options.today}, {_PUPILS} pupils"
    packages = folder / "exports" / journal.system_id
    settings = {"MYEDU_DATABASE_URL": server.url(database), "MYEDU_EXPORTS": str(packages)}
    # On a server of one's own the database outlives the folder, and the package lies in the folder.
    if label_of(server, database) == label and packages.is_dir():
        migrate(server.url(database), "myedu.journal")
        return
    say(f"Inventing a region for today: {journal.title} …")
    anew(server, database)
    file = folder / f"cast-{journal.region}.json"
    file.write_bytes(msgspec.json.encode(people.journal_cast(cast, journal.region)))
    log.parent.mkdir(parents=True, exist_ok=True)
    size = ("--pupils", str(_PUPILS), "--school-size", str(_SCHOOL_SIZE))
    generate = (
        "generate",
        "--region",
        journal.region,
        "--today",
        str(options.today),
        *size,
        "--cast",
        str(file),
    )
    run_to_end("myedu.journal", *generate, settings=settings, log=log)
    run_to_end("myedu.journal", "export", settings=settings, log=log)
    put_label(server, database, label)


def _journal_program(
    server: Server, journal: Journal, folder: Path, keys: Keys, options: Options, ports: _Ports
) -> Program:
    port = ports.one(journal.port)
    address = f"http://127.0.0.1:{port}"
    settings = {
        "MYEDU_DATABASE_URL": server.url(_database_of(journal, options)),
        "MYEDU_PORT": str(port),
        "MYEDU_BASE_URL": address,
        "MYEDU_CLIENTS": str(keys.clients),
        "MYEDU_EXPORTS": str(folder / "exports" / journal.system_id),
    }
    return Program(
        name=journal.system_id,
        module="myedu.journal",
        arguments=("serve",),
        settings=settings,
        ready_url=address,
    )


def _netschool_program(folder: Path, keys: Keys, cast: Cast, options: Options, ports: _Ports) -> Program:
    port = ports.one(NETSCHOOL.port)
    address = f"http://127.0.0.1:{port}"
    recorded = options.real_data / "netschool"
    if not recorded.is_dir():
        recorded = folder / "netschool-sample"
        write_sample(recorded)
    roster = folder / "netschool-roster.json"
    year = people.academic_year_of(options.today)
    roster.write_bytes(msgspec.json.encode(people.netschool_roster(cast, NETSCHOOL.region, year)))
    settings = {
        "MYEDU_NETSCHOOL_ROSTER": str(roster),
        "MYEDU_NETSCHOOL_FOLDER": str(recorded),
        "MYEDU_NETSCHOOL_REPLAY": "true",
        "MYEDU_NETSCHOOL_PUBLIC_URL": address,
        "MYEDU_NETSCHOOL_CLIENTS": f"{PORTAL}={keys.clients / f'{PORTAL}.pem'}",
        "MYEDU_NETSCHOOL_EXPORTS": str(folder / "exports" / NETSCHOOL.system_id),
        "MYEDU_NETSCHOOL_PORT": str(port),
    }
    return Program(
        name=NETSCHOOL.system_id,
        module="myedu.connector.adapters.netschool",
        settings=settings,
        ready_url=address,
    )


def _start_portal(
    crew: Crew,
    database: str,
    folder: Path,
    keys: Keys,
    sandbox: str,
    journals: dict[str, str],
    ports: _Ports,
    say: Callable[[str], None],
) -> str:
    settings = portal_settings(database, folder, keys, sandbox, ports.portal)
    log = crew.log_of("portal-exports")
    for journal in (*JOURNALS, NETSCHOOL):
        about = (journal.system_id, journal.region, journal.title, journals[journal.system_id], PORTAL)
        run_to_end("myedu.portal", "register", *about, settings=settings, log=log)
    for line in run_to_end("myedu.portal", "pull", settings=settings, log=log).splitlines():
        if not line.startswith(" "):  # one line a journal; `myedu portal pull` tells the tables too
            say(f"Export of {line}")
    return start_portal(crew, settings)


def _database_of(journal: Journal, options: Options) -> str:
    return f"{options.databases}_{journal.system_id.replace('-', '_')}"
