"""`myedu connector export`: write an export package of your journal."""

import argparse
import sys

from myedu.connector.commands.load import LoadError, simple_journal, told
from myedu.connector.commands.settings import add_flags, settings_of
from myedu.connector.sdk.draft import ExportError
from myedu.connector.sdk.system import Misdeclared
from myedu.connector.simple.export import KEPT, write_export
from myedu.kit.clock import SystemClock
from myedu.kit.settings import SettingsError

SENTENCE = "write an export package; from cron, or once by hand"


def add(parser: argparse.ArgumentParser) -> None:
    add_flags(parser, ("journal", "exports"))
    parser.add_argument(
        "--mode",
        choices=("auto", "full", "delta"),
        default="auto",
        help="auto: a delta on the last package, and everything anew once a week [auto]",
    )
    parser.add_argument("--keep", type=int, default=KEPT, help=f"packages that stay in the folder [{KEPT}]")


def run(options: argparse.Namespace) -> int:
    """0 and the package's path; 1 where rows are wrong, 2 where the settings are."""
    try:
        settings = settings_of(options)
        journal = simple_journal(settings.journal)
        now, keep = SystemClock().now(), max(1, options.keep)
        manifest = write_export(journal, settings.exports, now=now, mode=options.mode, keep=keep)
    except (LoadError, SettingsError, Misdeclared) as error:
        print(error, file=sys.stderr)
        return 2
    except ExportError as error:
        print(f"{error}\nNothing was written.", file=sys.stderr)
        return 1
    except Exception as error:  # of the vendor's functions: whatever their database raises
        print(f"{told(error)}\nNothing was written.", file=sys.stderr)
        return 1
    for table in manifest.tables:
        print(f"{table.table:<14} {table.rows:>9} rows", file=sys.stderr)
    print(settings.exports / str(manifest.export_id))
    return 0
