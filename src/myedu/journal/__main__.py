"""`python -m myedu.journal migrate | generate | load-edfi | export | serve`."""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import msgspec
import psycopg

from myedu.connector.adapters.edfi.files import EdFiError
from myedu.connector.sdk.export import ExportError
from myedu.contract.windows import Window
from myedu.invented.regions import UnknownRegion, region_profile
from myedu.invented.school import Cast, generate_region
from myedu.journal import exports
from myedu.journal.imports.edfi.batches import TIME_ZONE, district_batches
from myedu.journal.load import LoadError, is_empty, load
from myedu.journal.settings import JournalSettings
from myedu.journal.terminal_ru import RUSSIAN
from myedu.kit.clock import SystemClock
from myedu.kit.connections import read_limits
from myedu.kit.log import configure_logging
from myedu.kit.migrate import MigrationError, migrate
from myedu.kit.serve import ServeError, run
from myedu.kit.settings import SettingsError, read_settings
from myedu.kit.terminal import Parser, day, tr, use_catalogue

_ABOUT = "The reference e-journal."

_EXPECTED_ERRORS = (
    ServeError,
    MigrationError,
    LoadError,
    EdFiError,
    UnknownRegion,
    ExportError,
    exports.NothingToExport,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command: 0; 1 if it fails, 2 for a wrong command or setting, each with a sentence."""
    use_catalogue(RUSSIAN)
    options = _parser().parse_args(arguments)
    try:
        settings = read_settings(JournalSettings, os.environ)
        options.run(settings, options)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    except psycopg.OperationalError as error:
        print(f"{error}\n{tr('Start PostgreSQL, or correct MYEDU_DATABASE_URL.')}", file=sys.stderr)
        return 1
    except _EXPECTED_ERRORS as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> Parser:
    parser = Parser(prog="myedu journal", description=tr(_ABOUT))
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _command(commands, "migrate", _migrate, tr("bring the database to this version"))
    generate = _command(commands, "generate", _generate, tr("fill an empty journal with an invented region"))
    generate.add_argument("--region", default="16", help=tr("two-digit code (default 16)"))
    generate.add_argument("--seed", type=int, default=1, help=tr("another seed, another region (default 1)"))
    generate.add_argument("--today", type=day, help=tr("the day that it is there (default: today)"))
    generate.add_argument("--pupils", type=int, default=200, help=tr("how many (default 200)"))
    generate.add_argument("--school-size", type=int, default=80, help=tr("pupils of a school (default 80)"))
    generate.add_argument(
        "--cast", type=Path, help=tr("JSON of people who must be there (invented/school/cast.py)")
    )
    edfi = _command(commands, "load-edfi", _load_edfi, tr("fill an empty journal from Ed-Fi bulk files"))
    edfi.add_argument("folder", type=Path, help=tr("of the Ed-Fi XML files"))
    edfi.add_argument("--region", default="00", help=tr("code for the region that has none (default 00)"))
    edfi.add_argument("--from", dest="first", type=day, help=tr("first day with lessons"))
    edfi.add_argument("--to", dest="last", type=day, help=tr("last day with lessons"))
    edfi.add_argument("--time-zone", default=TIME_ZONE, help=tr("IANA zone (default {zone})", zone=TIME_ZONE))
    _command(commands, "export", _export, tr("write an export package into MYEDU_EXPORTS"))
    _command(commands, "serve", _serve, tr("serve the contract"))
    return parser


def _command(
    commands: "argparse._SubParsersAction[Parser]",
    name: str,
    function: Callable[[JournalSettings, argparse.Namespace], None],
    sentence: str,
) -> Parser:
    parser = commands.add_parser(name, help=sentence, description=sentence)
    parser.set_defaults(run=function)
    return parser


def _migrate(settings: JournalSettings, options: argparse.Namespace) -> None:
    applied = migrate(settings.database_url, "myedu.journal")
    print("\n".join(applied) or tr("nothing to apply"))


def _generate(settings: JournalSettings, options: argparse.Namespace) -> None:
    _require_empty(settings)
    zone = ZoneInfo(region_profile(options.region).towns[0][1])
    batches = generate_region(
        options.seed,
        options.region,
        options.today or SystemClock().now().astimezone(zone).date(),
        pupils=options.pupils,
        school_size=options.school_size,
        cast=_read_cast(options.cast) if options.cast else None,
    )
    _print_counts(load(settings.database_url, options.region, batches))


def _load_edfi(settings: JournalSettings, options: argparse.Namespace) -> None:
    _require_empty(settings)
    report: Counter[str] = Counter()
    window = None
    if options.first or options.last:
        window = Window(first=options.first or date.min, last=options.last or date.max)
    batches = district_batches(options.folder, report, time_zone=options.time_zone, window=window)
    _print_counts(load(settings.database_url, options.region, batches))
    print("\n" + tr("What has no place in the journal, or had to be inferred:"))
    for sentence, count in sorted(report.items()):
        print(f"{count:8} {sentence}")


def _export(settings: JournalSettings, options: argparse.Namespace) -> None:
    if settings.exports is None:
        raise SettingsError(tr("MYEDU_EXPORTS is not set: name the folder that packages are written to"))
    manifest = exports.export(
        settings.database_url, settings.exports, created_at=SystemClock().now(), export_id=uuid4()
    )
    print(settings.exports / str(manifest.export_id))


def _serve(settings: JournalSettings, options: argparse.Namespace) -> None:
    configure_logging("journal")
    factory = "myedu.journal.app:from_environment"
    run(factory, host=settings.host, port=settings.port, limits=read_limits(os.environ))


def _require_empty(settings: JournalSettings) -> None:
    migrate(settings.database_url, "myedu.journal")
    if not is_empty(settings.database_url):
        raise LoadError(
            tr("the journal holds a school already: give MYEDU_DATABASE_URL of an empty database")
        )


def _read_cast(path: Path) -> Cast:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Cast)
    except (OSError, msgspec.MsgspecError) as error:
        raise LoadError(f"the cast {path} can't be read: {error}") from None


def _print_counts(counts: dict[str, int]) -> None:
    for table, count in counts.items():
        print(f"{table:16} {count:8}")


if __name__ == "__main__":
    sys.exit(main())
