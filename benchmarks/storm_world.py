"""What the storm comes over: a portal, the ESIA sandbox, a reference journal, and many families."""

import contextlib
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import msgspec

from benchmarks.servers import free_port
from myedu.contract.snils import make_snils
from myedu.demo.keys import PORTAL_CLIENT_ID, Keys, ensure_keys
from myedu.demo.programs import Program, Supervisor, run_command
from myedu.demo.servers import postgres_server, recreate_database
from myedu.esia.sandbox.people import Cast, SandboxPerson
from myedu.esia.sandbox.settings import RegisteredClient, SandboxSettings
from myedu.invented.school import cast as journal_cast
from myedu.kit.clock import SystemClock
from myedu.kit.migrate import migrate

_MNEMONIC = "MYEDU"
_SYSTEM, _REGION = "r14-storm", "14"
_MOTHERS_FROM, _PUPILS_FROM = 2_000_000_000, 2_100_000_000  # oids
_SCHOOL_SIZE = 200


class World(msgspec.Struct, frozen=True):
    portal: str
    esia: str
    mothers: list[int]  # their oids; each has one child
    metrics: str
    portal_log: Path


@contextlib.contextmanager
def world(
    folder: Path,
    *,
    mothers: int,
    workers: int,
    database_url: str | None,
    say: Callable[[str], None],
    databases: str = "storm",
) -> Iterator[World]:
    """Everything is ready; it stops with the block. `databases`: what their names begin with."""
    keys = ensure_keys(folder / "keys")
    families = [_family(number) for number in range(mothers)]
    with (
        postgres_server(database_url, folder / "postgres") as server,
        Supervisor(folder / "logs") as supervisor,
    ):
        portal_database = recreate_database(server, f"{databases}_portal")
        migrate(portal_database, "myedu.portal")
        esia = _sandbox(supervisor, folder, keys, families)
        say("Inventing a region for today …")
        journal = _journal(
            supervisor, folder, keys, families, recreate_database(server, f"{databases}_journal")
        )
        portal, metrics = _portal(supervisor, folder, keys, portal_database, esia, journal, workers)
        oids = [mother.oid for mother, _ in families]
        yield World(portal, esia, oids, metrics, supervisor.log_of("portal"))


def _family(number: int) -> tuple[SandboxPerson, SandboxPerson]:
    """A mother with an ESIA account, and her child, whom ESIA knows as hers."""
    child = SandboxPerson(
        oid=_PUPILS_FROM + number,
        last_name="Лебедева",
        first_name="Айталина",
        birth_date=date(2012, 1, 1 + number % 28),
        gender="F",
        account="none",
        snils=make_snils(200_000_000 + number),
    )
    mother = SandboxPerson(
        oid=_MOTHERS_FROM + number,
        last_name="Лебедева",
        first_name="Анна",
        birth_date=date(1985, 1, 1 + number % 28),
        gender="F",
        account="confirmed",
        snils=make_snils(100_000_000 + number),
        children=(child.oid,),
    )
    return mother, child


def _sandbox(
    supervisor: Supervisor, folder: Path, keys: Keys, families: list[tuple[SandboxPerson, SandboxPerson]]
) -> str:
    client = RegisteredClient(
        mnemonic=_MNEMONIC,
        certificate=keys.portal_at_esia.certificate,
        redirect_domains=("127.0.0.1",),
    )
    people = Cast(people=tuple(person for family in families for person in family))
    file = folder / "esia-sandbox.json"
    file.write_bytes(
        msgspec.json.encode(SandboxSettings(clients=(client,), token_keys=keys.esia_tokens, people=people))
    )
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    arguments = (
        "--factory",
        "myedu.esia.sandbox.app:from_environment",
        "--port",
        str(port),
        "--no-access-log",
    )
    supervisor.start(
        Program(
            name="esia-sandbox",
            module="uvicorn",
            arguments=arguments,
            settings={"MYEDU_ESIA_SANDBOX": str(file)},
            ready_url=f"{address}/static/sandbox.css",
        )
    )
    return address


def _journal(
    supervisor: Supervisor,
    folder: Path,
    keys: Keys,
    families: list[tuple[SandboxPerson, SandboxPerson]],
    database_url: str,
) -> str:
    pupils = tuple(
        journal_cast.CastPupil(
            person=_in_journal(child),
            guardians=(journal_cast.CastGuardian(person=_in_journal(mother)),),
            grade=1 + number % 11,
        )
        for number, (mother, child) in enumerate(families)
    )
    file = folder / "cast.json"
    file.write_bytes(msgspec.json.encode(journal_cast.Cast(pupils=pupils)))
    settings = {"MYEDU_DATABASE_URL": database_url, "MYEDU_EXPORTS": str(folder / "exports")}
    log = supervisor.log_of("journal-filling")
    today = SystemClock().now().date()
    size = ("--pupils", str(_SCHOOL_SIZE), "--school-size", str(_SCHOOL_SIZE), "--cast", str(file))
    generate = ("generate", "--region", _REGION, "--today", str(today), *size)
    run_command("myedu.journal", *generate, settings=settings, log=log)
    run_command("myedu.journal", "export", settings=settings, log=log)
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    served = {
        **settings,
        "MYEDU_PORT": str(port),
        "MYEDU_BASE_URL": address,
        "MYEDU_CLIENTS": str(keys.clients),
    }
    supervisor.start(
        Program(
            name="journal", module="myedu.journal", arguments=("serve",), settings=served, ready_url=address
        )
    )
    return address


def _in_journal(person: SandboxPerson) -> journal_cast.CastPerson:
    return journal_cast.CastPerson(
        last_name=person.last_name,
        first_name=person.first_name,
        birth_date=person.birth_date,
        sex="f",
        snils=person.snils,
        esia_oid=str(person.oid),
    )


def _portal(
    supervisor: Supervisor, folder: Path, keys: Keys, database_url: str, esia: str, journal: str, workers: int
) -> tuple[str, str]:
    port, metrics_port = free_port(), free_port()
    address = f"http://127.0.0.1:{port}"
    settings = {
        "MYEDU_DATABASE_URL": database_url,
        "MYEDU_BASE_URL": address,
        "MYEDU_PORT": str(port),
        "MYEDU_WORKERS": str(workers),
        "MYEDU_METRICS_PORT": str(metrics_port),
        "MYEDU_ESIA_URL": esia,
        "MYEDU_ESIA_CLIENT_ID": _MNEMONIC,
        "MYEDU_ESIA_KEY": keys.portal_at_esia.key,
        "MYEDU_ESIA_CERTIFICATE": keys.portal_at_esia.certificate,
        "MYEDU_ESIA_TOKEN_KEYS": keys.esia_tokens.certificate,
        "MYEDU_JOURNAL_KEY": str(keys.portal_at_journals),
        "MYEDU_COPY_KEYS": str(keys.copies),
        "MYEDU_ALLOW_PRIVATE_JOURNALS": "true",
        "MYEDU_SPOOL": str(folder / "spool"),
    }
    log = supervisor.log_of("portal-commands")
    about = (_SYSTEM, _REGION, "Журнал", journal, PORTAL_CLIENT_ID)
    run_command("myedu.portal", "register", *about, settings=settings, log=log)
    run_command("myedu.portal", "pull", settings=settings, log=log)
    supervisor.start(
        Program(
            name="portal",
            module="myedu.portal",
            arguments=("serve",),
            settings=settings,
            ready_url=f"{address}/ready",
        )
    )
    return address, f"http://127.0.0.1:{metrics_port}/metrics"
