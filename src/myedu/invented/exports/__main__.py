"""`myedu generate regions --pupils N --out FOLDER`."""

import argparse
import gc
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from myedu.connector.sdk.export import ExportError
from myedu.invented.exports.package import MISTAKES_FILE, PackageSpec
from myedu.invented.exports.plan import REGION_SIZES
from myedu.invented.exports.runner import COLLECT_AFTER, write_regions
from myedu.invented.exports.terminal_ru import RUSSIAN
from myedu.kit.terminal import Parser, day, tr, use_catalogue

_ABOUT = "Invented export packages."
_FIRST_DAY = date(2026, 9, 1)


def main(arguments: Sequence[str] | None = None) -> int:
    """0 if the packages are written, 1 with one sentence on standard error if not, 130 after Ctrl-C."""
    use_catalogue(RUSSIAN)
    options = _parser().parse_args(arguments)
    gc.set_threshold(COLLECT_AFTER)
    try:
        spec = _spec(options)
        codes = _codes(options.regions)
        written = write_regions(options.out, codes, spec, compression=options.compression, jobs=options.jobs)
        for package in sorted(written, key=lambda package: package.manifest.region):
            count = sum(sum(kinds.values()) for kinds in package.mistakes.counts.values())
            mistakes = tr(", {count} mistakes ({file})", count=count, file=MISTAKES_FILE) if count else ""
            rows = tr("rows")
            print(f"{package.manifest.region}  {package.rows:>9} {rows}{mistakes}  {package.folder}")
    except (ExportError, ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\n" + tr("stopped: packages that were not whole are gone"), file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="myedu generate", description=tr(_ABOUT))
    commands = parser.add_subparsers(required=True, metavar="WHAT")
    sentence = tr("packages of the ten pilot regions at their true sizes; the same arguments, the same bytes")
    regions = commands.add_parser("regions", help=sentence, description=sentence)
    add = regions.add_argument
    add("--out", type=Path, required=True, help=tr("packages go to OUT/<region>/<export_id>/"))
    add("--pupils", type=int, default=4_000_000, help=tr("of all ten regions together (default 4000000)"))
    add("--regions", default=",".join(REGION_SIZES), help=tr("two-digit codes with commas (default all ten)"))
    add("--seed", type=int, default=1, help=tr("another seed, other people (default 1)"))
    add(
        "--first-day",
        type=day,
        default=_FIRST_DAY,
        help=tr("date of day 0 (default {day})", day=_FIRST_DAY),
    )
    add("--day", type=int, default=0, help=tr("the package of which day (default 0)"))
    add(
        "--changes", type=float, default=0.005, help=tr("share of pupils with a change a day (default 0.005)")
    )
    add("--delta", action="store_true", help=tr("only what changed since the day before"))
    add(
        "--base",
        choices=("full", "delta"),
        help=tr("that day's package (default: full for day 1, then delta)"),
    )
    add("--errors", type=float, default=0.0, help=tr("share of wrong rows, of every kind (default 0)"))
    add("--compression", choices=("none", "gz", "zst"), default="zst", help=tr("of the files (default zst)"))
    add("--jobs", type=int, default=1, help=tr("processes, a region each (default 1)"))
    return parser


def _spec(options: argparse.Namespace) -> PackageSpec:
    if options.delta and options.day < 1:
        raise ValueError(tr("a delta needs a day before it: add --day 1 or more"))
    if options.base and not options.delta:
        raise ValueError(tr("--base is of a delta: add --delta or leave it out"))
    if (
        options.day < 0
        or options.jobs < 1
        or not 0 <= options.errors <= 0.5
        or not 0 <= options.changes <= 0.5
    ):
        raise ValueError(tr("--day is from 0, --jobs from 1, --errors and --changes from 0 to 0.5"))
    return PackageSpec(
        pupils=options.pupils,
        seed=options.seed,
        first_day=options.first_day,
        day=options.day,
        mode="delta" if options.delta else "full",
        base=options.base or ("full" if options.day <= 1 else "delta"),
        errors=options.errors,
        changes=options.changes,
    )


def _codes(text: str) -> list[str]:
    codes = list(dict.fromkeys(text.split(",")))
    if unknown := [code for code in codes if code not in REGION_SIZES]:
        raise ValueError(
            tr(
                "no such region: {unknown}; there are {known}",
                unknown=", ".join(unknown),
                known=", ".join(REGION_SIZES),
            )
        )
    return codes


if __name__ == "__main__":
    sys.exit(main())
