"""`myedu portal COMMAND`: the portal and what its operator does from a terminal."""

import argparse
import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from uuid import UUID

import psycopg

from myedu.kit.db import Database, DatabaseUnreachable
from myedu.kit.log import configure_logging
from myedu.kit.migrate import MigrationError, migrate
from myedu.kit.serve import ServeError
from myedu.kit.settings import SettingsError, read_settings
from myedu.portal import commands, commands_serve, commands_work
from myedu.portal.federation.memory import check_memory
from myedu.portal.settings import (
    MAX_WORKERS,
    DatabaseSettings,
    ExportSettings,
    PortalSettings,
    WorkSettings,
)
from myedu.portal.sight.traces import require_traces

_Adder = Callable[[str, object, str], argparse.ArgumentParser]
_CONNECT_SECONDS = 5
_SYSTEM = "the id that it was registered by, such as r25-a"
_AGREE = (
    "apply it though it would be held: it archives or erases much, makes other people of many, or has"
    " guardianships that can't be read; also one that was rolled back. Look at --dry-run first"
)
EXPORTS_PROGRAM = "myedu exports"
_EXPORTS = "`myedu exports COMMAND`: what an operator does with export packages, and whence they come."
_WORKER_CONNECTIONS = 12  # one a package under way, of ten regions, and two to look around


def main(arguments: Sequence[str] | None = None, *, program: str = "myedu portal") -> int:
    """0 when it is done, 2 for a wrong command or setting, 1 for what an operator has to mend."""
    options = _parser(program).parse_args(arguments)
    try:
        options.run(options)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    except (psycopg.OperationalError, DatabaseUnreachable) as error:
        print(f"{error}\nStart PostgreSQL, or correct MYEDU_DATABASE_URL.", file=sys.stderr)
        return 1
    except (MigrationError, commands.CommandFailed, ServeError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser(program: str) -> argparse.ArgumentParser:
    about = _EXPORTS if program == EXPORTS_PROGRAM else __doc__
    parser = argparse.ArgumentParser(prog=program, description=about)
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, function: object, sentence: str) -> argparse.ArgumentParser:
        one = subparsers.add_parser(name, help=sentence, description=sentence)
        one.set_defaults(run=function)
        return one

    if program != EXPORTS_PROGRAM:
        _commands_of_the_portal(command)
    _commands_about_systems(command)
    _commands_about_packages(command)
    return parser


def _commands_of_the_portal(command: _Adder) -> None:
    serve = command("serve", _serve, "answer requests; SIGHUP replaces the workers one by one")
    serve.add_argument("--workers", type=_count, help="processes, instead of MYEDU_WORKERS")
    command("migrate", _migrate, "bring the database to this version")


def _commands_about_systems(command: _Adder) -> None:
    register = command("register", _register, "add a journal system, or change its name or address")
    register.add_argument("system", help="its id here: small letters, digits and -, such as r25-a")
    register.add_argument("region", help="the two digits of its region, such as 25; they stay")
    register.add_argument("name", help="as operators read it")
    register.add_argument("base_url", help="https://host or https://host/path, where it answers")
    register.add_argument("client_id", help="what the portal is called there")
    register.add_argument("--profile", help="fgis-2021: the federal Schedule; without it, the contract")
    register.add_argument("--token-url", help="where tokens come from, if not from BASE_URL/oauth2/token")
    register.add_argument("--client-secret-file", type=Path, help="the secret in place of the portal's key")
    command("work", _work, "do the jobs: scheduled pulls, pushed packages, what operators agreed to")
    schedule = command("schedule", _schedule, "pull a system every day at a time of its region")
    schedule.add_argument("system", help=_SYSTEM)
    schedule.add_argument("local_time", help="02:30, or `never`")
    schedule.add_argument("time_zone", nargs="?", default="Europe/Moscow", help="Asia/Vladivostok and so on")
    vendor_key = command("vendor-key", _vendor_key, "let a system's vendor push packages with this key")
    vendor_key.add_argument("system", help=_SYSTEM)
    vendor_key.add_argument("public_key", type=Path, help="PEM file: RSA from 2048 bits, or P-256")
    retry = command("retry", _retry, "do a system's failed jobs again, or pull it now")
    retry.add_argument("system", help=_SYSTEM)


def _commands_about_packages(command: _Adder) -> None:
    pull = command("pull", _pull, "fetch and take in the newest export package")
    pull.add_argument("systems", nargs="*", help="system ids; all that aren't paused when none is given")
    load = command("load", _load, "take in an export package that lies in a folder")
    load.add_argument("system", help=f"whose package it is: {_SYSTEM}")
    load.add_argument("folder", type=Path, help="where its manifest.json lies, and its files beside it")
    load.add_argument("--agree", action="store_true", help=_AGREE)
    load.add_argument("--dry-run", action="store_true", help="only say what it would do")
    roll_back = command("roll-back", _roll_back, "put a region back as it was before its last package")
    roll_back.add_argument("region", help="its two digits: 14, 25 and so on")
    roll_back.add_argument("--yes", action="store_true", help="don't ask; needed where nobody can be asked")
    agree = command("agree", _agree, "apply a package that was pulled or pushed and is held")
    refuse = command("refuse", _refuse, "refuse a package that is held, and drop its files")
    problems = command("problems", _problems, "print what is wrong with a package, row by row")
    for one in (agree, refuse, problems):
        one.add_argument("system", help=_SYSTEM)
        one.add_argument("export_id", type=UUID, help="of its manifest; every report begins with it")


def _migrate(options: argparse.Namespace) -> None:
    settings = read_settings(DatabaseSettings, os.environ)
    applied = migrate(settings.database_url, "myedu.portal")
    print("\n".join(applied) or "nothing to apply")


def _serve(options: argparse.Namespace) -> None:
    # Here, once and in words; in a worker it would be a traceback from each.
    settings = read_settings(PortalSettings, os.environ)
    settings.check_files()
    settings.check_sandbox()
    check_memory(settings.copy_keys, settings.shared_cache_url)
    if settings.traces_url:
        require_traces()
    psycopg.connect(settings.database_url, connect_timeout=_CONNECT_SECONDS).close()
    configure_logging("portal", json=settings.log_json)
    asyncio.run(commands_serve.serve(settings, workers=options.workers or settings.workers))


def _register(options: argparse.Namespace) -> None:
    place = (options.system, options.region, options.name, options.base_url, options.client_id)
    _with_database(
        lambda settings, database: commands.register(
            database,
            *place,
            profile=options.profile,
            token_url=options.token_url,
            secret_file=options.client_secret_file,
        )
    )


def _pull(options: argparse.Namespace) -> None:
    def pull(settings: ExportSettings, database: Database) -> Awaitable[None]:
        key = Path(settings.journal_key).read_text(encoding="ascii")
        return commands.pull(settings, database, key, options.systems)

    _with_database(pull)


def _load(options: argparse.Namespace) -> None:
    _with_database(
        lambda settings, database: commands.load(
            settings,
            database,
            options.system,
            options.folder,
            agreed=options.agree,
            dry_run=options.dry_run,
        )
    )


def _roll_back(options: argparse.Namespace) -> None:
    _with_database(
        lambda settings, database: commands.roll_back(settings, database, options.region, yes=options.yes)
    )


def _agree(options: argparse.Namespace) -> None:
    _with_database(
        lambda settings, database: commands.agree(settings, database, options.system, options.export_id)
    )


def _refuse(options: argparse.Namespace) -> None:
    _with_database(
        lambda settings, database: commands.refuse(settings, database, options.system, options.export_id)
    )


def _problems(options: argparse.Namespace) -> None:
    _with_database(lambda settings, database: commands.problems(database, options.system, options.export_id))


def _work(options: argparse.Namespace) -> None:
    settings = read_settings(WorkSettings, os.environ)
    check_memory(settings.copy_keys, settings.shared_cache_url)

    def work(_: ExportSettings, database: Database) -> Awaitable[None]:
        key = Path(settings.journal_key).read_text(encoding="ascii")
        return commands_work.work(settings, database, key)

    configure_logging("worker")
    _with_database(work, connections=_WORKER_CONNECTIONS)


def _schedule(options: argparse.Namespace) -> None:
    place = (options.system, options.local_time, options.time_zone)
    _with_database(lambda settings, database: commands_work.schedule(database, *place))


def _vendor_key(options: argparse.Namespace) -> None:
    try:
        pem = options.public_key.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise commands.CommandFailed(f"{options.public_key}: {error}: give a public key in PEM") from None
    _with_database(lambda settings, database: commands_work.vendor_key(database, options.system, pem))


def _retry(options: argparse.Namespace) -> None:
    _with_database(lambda settings, database: commands_work.retry(database, options.system))


def _count(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= number <= MAX_WORKERS:
        raise argparse.ArgumentTypeError(f"{text} is no number from 1 to {MAX_WORKERS}")
    return number


def _with_database(command: commands.Command, connections: int = 2) -> None:
    settings = read_settings(ExportSettings, os.environ)

    async def opened() -> None:
        database = await Database.open(settings.database_url, max_size=connections, name="myedu-command")
        try:
            await command(settings, database)
        finally:
            await database.close()

    asyncio.run(opened())


if __name__ == "__main__":
    sys.exit(main())
