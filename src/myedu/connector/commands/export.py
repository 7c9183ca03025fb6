"""`myedu connector export`: write an export package of your journal."""

import argparse
import sys
from pathlib import Path

from myedu.connector.commands.load import LoadError, error_line, load_simple_journal
from myedu.connector.commands.settings import add_flags, settings_of
from myedu.connector.sdk.system import Misdeclared
from myedu.connector.sdk.table_writer import ExportError
from myedu.connector.simple.export import KEPT, write_export
from myedu.contract.package import Manifest
from myedu.kit.clock import SystemClock
from myedu.kit.settings import SettingsError
from myedu.kit.terminal import tr

SENTENCE = "write an export package; from cron, or once by hand"


def add(parser: argparse.ArgumentParser) -> None:
    """--journal, --exports, --mode, --keep."""
    add_flags(parser, ("journal", "exports"))
    parser.add_argument(
        "--mode",
        choices=("auto", "full", "delta"),
        default="auto",
        help=tr("auto: a delta on the last package, and a full package once a week [auto]"),
    )
    parser.add_argument(
        "--keep", type=int, default=KEPT, help=tr("packages that stay in the folder [{kept}]", kept=KEPT)
    )


def run(options: argparse.Namespace) -> int:
    """0 and the path of the package on stdout; 1 if rows or the journal fail, 2 for wrong settings."""
    try:
        settings = settings_of(options)
        journal = load_simple_journal(settings.journal)
        now, keep = SystemClock().now(), max(1, options.keep)
        manifest = write_export(journal, settings.exports, now=now, mode=options.mode, keep=keep)
    except (LoadError, SettingsError, Misdeclared) as error:
        print(error, file=sys.stderr)
        return 2
    except ExportError as error:
        print(f"{error}\n{tr('Nothing was written.')}", file=sys.stderr)
        return 1
    except Exception as error:  # from the vendor's functions: whatever their database raises
        print(f"{error_line(error)}\n{tr('Nothing was written.')}", file=sys.stderr)
        return 1
    print_package(manifest, settings.exports)
    return 0


def print_package(manifest: Manifest, exports: Path) -> None:
    """The rows of each table to stderr, the path of the package to stdout."""
    for table in manifest.tables:
        print(f"{table.table:<14} {table.rows:>9}", tr("rows"), file=sys.stderr)
    print(exports / str(manifest.export_id))
