"""The whole stack on one machine: PostgreSQL, the ESIA sandbox, three journals, the portal."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from pathlib import Path

import msgspec

from myedu.connector.adapters.netschool.sample import write_sample
from myedu.demo import people
from myedu.demo.head import confirm_school
from myedu.demo.keys import PORTAL_CLIENT_ID, Keys, ensure_keys
from myedu.demo.ports import Ports
from myedu.demo.programs import Program, Supervisor, run_command
from myedu.demo.register import fill_register
from myedu.demo.secretary import Secretary
from myedu.demo.servers import (
    Server,
    ensure_portal_database,
    postgres_server,
    read_label,
    recreate_database,
    write_label,
)
from myedu.demo.services import PORTAL_PORT, SANDBOX_PORT, portal_settings, start_esia, start_portal
from myedu.esia.sandbox.people import Cast, default_people
from myedu.kit.migrate import migrate
from myedu.kit.terminal import tr

_PUPILS, _SCHOOL_SIZE = 160, 80


class Journal(msgspec.Struct, frozen=True):
    """A journal of the demo: the system's id and title at the portal, the region's code, the usual port."""

    system_id: str
    region: str
    title: str
    port: int


JOURNALS = (
    Journal("journal-16", "16", "Республика Татарстан", 8102),
    Journal("journal-14", "14", "Республика Саха (Якутия)", 8103),
)
"""Generated regions on the reference journal."""
NETSCHOOL = Journal("netschool-25", "25", "Приморский край, «Сетевой город»", 8104)
"""Recorded or sample answers of «Сетевой город» through its adapter."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """`folder` keeps all data between starts. `real_data` may hold recorded answers of real journals."""

    folder: Path
    real_data: Path
    today: date
    database_url: str | None = None
    port: int = PORTAL_PORT
    databases: str = "myedu"  # prefix of the databases' names: several stacks on one server


class Stack(msgspec.Struct, frozen=True, kw_only=True):
    """What runs: addresses, the portal's database, the programs, the people who can sign in."""

    portal: str
    sandbox: str
    journals: dict[str, str]  # system id → address
    portal_database: str
    supervisor: Supervisor
    people: Cast


@contextlib.contextmanager
def run_stack(options: Options, say: Callable[[str], None]) -> Iterator[Stack]:
    """Starts everything, yields when the portal is ready, stops everything. `say` gets the steps, a line
    each.

    Raises ProgramError, PostgresError, MigrationError.
    """
    ports = _find_ports(options)  # before anything is started
    folder = options.folder.absolute()
    keys = ensure_keys(folder / "keys")
    cast = default_people()
    with (
        postgres_server(options.database_url, folder / "postgres") as server,
        Supervisor(folder / "logs") as supervisor,
    ):
        portal_database = ensure_portal_database(server, f"{options.databases}_portal")
        start = _Start(
            options=options,
            folder=folder,
            keys=keys,
            cast=cast,
            server=server,
            supervisor=supervisor,
            ports=ports,
            say=say,
        )
        sandbox = start_esia(supervisor, folder, keys, cast, ports[SANDBOX_PORT])
        journals = _start_journals(start)
        settings = portal_settings(portal_database, folder, keys, sandbox, ports[PORTAL_PORT])
        portal = _start_portal(start, settings, journals)
        say(tr("The head confirms the school and its staff …"))
        asyncio.run(confirm_school(portal, people.HEAD, people.SCHOOL, "Орлова"))
        with _secretary(start, settings):
            yield Stack(
                portal=portal,
                sandbox=sandbox,
                journals=journals,
                portal_database=portal_database,
                supervisor=supervisor,
                people=cast,
            )


def _find_ports(options: Options) -> dict[int, int]:
    ports = Ports(options.port)
    usual = (PORTAL_PORT, SANDBOX_PORT, *(journal.port for journal in (*JOURNALS, NETSCHOOL)))
    return {port: ports.find(port) for port in usual}


class _Start(msgspec.Struct, frozen=True, kw_only=True):
    """What every step of a start needs."""

    options: Options
    folder: Path
    keys: Keys
    cast: Cast
    server: Server
    supervisor: Supervisor
    ports: dict[int, int]  # the usual port → the one of this stack
    say: Callable[[str], None]


def _start_journals(start: _Start) -> dict[str, str]:
    """System id → address."""
    with ThreadPoolExecutor(len(JOURNALS)) as pool:
        list(pool.map(lambda journal: _fill_journal(start, journal), JOURNALS))
    programs = [_journal_program(start, journal) for journal in JOURNALS]
    programs.append(_netschool_program(start))
    start.supervisor.start(*programs)
    return {program.name: program.ready_url or "" for program in programs}


def _fill_journal(start: _Start, journal: Journal) -> None:
    """Generates a region as of today and exports it; both are kept for the rest of the day."""
    options, server = start.options, start.server
    database = _database_of(journal, options)
    label = f"myedu demo, as of {options.today}, {_PUPILS} pupils"
    packages = start.folder / "exports" / journal.system_id
    settings = {"MYEDU_DATABASE_URL": server.url(database), "MYEDU_EXPORTS": str(packages)}
    # On an external server the database outlives the folder, but the package lies in the folder.
    if read_label(server, database) == label and packages.is_dir():
        migrate(server.url(database), "myedu.journal")
        return
    start.say(tr("Inventing a region for today: {title} …", title=journal.title))
    recreate_database(server, database)
    cast_file = start.folder / f"cast-{journal.region}.json"
    cast_file.write_bytes(msgspec.json.encode(people.journal_cast(start.cast, journal.region)))
    log = start.supervisor.log_of(journal.system_id)
    log.parent.mkdir(parents=True, exist_ok=True)
    generate = (
        *("generate", "--region", journal.region, "--today", str(options.today)),
        *("--pupils", str(_PUPILS), "--school-size", str(_SCHOOL_SIZE), "--cast", str(cast_file)),
    )
    run_command("myedu.journal", *generate, settings=settings, log=log)
    run_command("myedu.journal", "export", settings=settings, log=log)
    write_label(server, database, label)


def _journal_program(start: _Start, journal: Journal) -> Program:
    port = start.ports[journal.port]
    address = f"http://127.0.0.1:{port}"
    settings = {
        "MYEDU_DATABASE_URL": start.server.url(_database_of(journal, start.options)),
        "MYEDU_PORT": str(port),
        "MYEDU_BASE_URL": address,
        "MYEDU_CLIENTS": str(start.keys.clients),
        "MYEDU_EXPORTS": str(start.folder / "exports" / journal.system_id),
    }
    return Program(
        name=journal.system_id,
        module="myedu.journal",
        arguments=("serve",),
        settings=settings,
        ready_url=address,
    )


def _netschool_program(start: _Start) -> Program:
    port = start.ports[NETSCHOOL.port]
    address = f"http://127.0.0.1:{port}"
    recorded = start.options.real_data / "netschool"
    if not recorded.is_dir():
        recorded = start.folder / "netschool-sample"
        write_sample(recorded)
    roster = start.folder / "netschool-roster.json"
    year = people.academic_year_of(start.options.today)
    roster.write_bytes(msgspec.json.encode(people.netschool_roster(start.cast, NETSCHOOL.region, year)))
    public_key = start.keys.clients / f"{PORTAL_CLIENT_ID}.pem"
    settings = {
        "MYEDU_NETSCHOOL_ROSTER": str(roster),
        "MYEDU_NETSCHOOL_FOLDER": str(recorded),
        "MYEDU_NETSCHOOL_REPLAY": "true",
        "MYEDU_NETSCHOOL_PUBLIC_URL": address,
        "MYEDU_NETSCHOOL_CLIENTS": f"{PORTAL_CLIENT_ID}={public_key}",
        "MYEDU_NETSCHOOL_EXPORTS": str(start.folder / "exports" / NETSCHOOL.system_id),
        "MYEDU_NETSCHOOL_PORT": str(port),
    }
    return Program(
        name=NETSCHOOL.system_id,
        module="myedu.connector.adapters.netschool",
        settings=settings,
        ready_url=address,
    )


def _start_portal(start: _Start, settings: dict[str, str], journals: dict[str, str]) -> str:
    """Registers the journals, pulls their exports, starts the portal; its address."""
    log = start.supervisor.log_of("portal-exports")
    for journal in (*JOURNALS, NETSCHOOL):
        address = journals[journal.system_id]
        system = (journal.system_id, journal.region, journal.title, address, PORTAL_CLIENT_ID)
        run_command("myedu.portal", "register", *system, settings=settings, log=log)
    for line in run_command("myedu.portal", "pull", settings=settings, log=log).splitlines():
        if not line.startswith(
            " "
        ):  # a line a journal; `myedu portal pull` prints its tables below it, indented
            start.say(tr("Export of {line}", line=line))
    command = partial(run_command, "myedu.cli", settings=settings, log=log)
    fill_register(command, start.options.today.isoformat())
    return start_portal(start.supervisor, settings)


def _secretary(start: _Start, portal: dict[str, str]) -> Secretary:
    """Of the school in which a father's daughter is looked for."""
    journal = next(one for one in JOURNALS if one.region == people.SCHOOL_REGION)
    program = _journal_program(start, journal)
    log = start.supervisor.log_of("secretary")

    def publish() -> None:
        run_command(program.module, "export", settings=program.settings, log=log)
        run_command("myedu.portal", "pull", journal.system_id, settings=portal, log=log)

    right = next(one.snils for one in start.cast.people if one.oid == people.SOUGHT_DAUGHTER)
    assert right is not None  # of the sandbox's own cast
    return Secretary(
        portal["MYEDU_DATABASE_URL"],
        program.settings["MYEDU_DATABASE_URL"],
        (people.MISSPELT_SNILS, right),
        publish,
    )


def _database_of(journal: Journal, options: Options) -> str:
    return f"{options.databases}_{journal.system_id.replace('-', '_')}"
