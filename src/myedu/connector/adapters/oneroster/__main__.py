"""`python -m myedu.connector.adapters.oneroster IN OUT`: an export package of a OneRoster CSV set.

IN is a ZIP or a folder. A bulk set makes a full package, a delta set a delta on the last package written to
OUT. `serve …` and `export …` work over a REST provider: serve.py.
"""

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from myedu.connector.adapters.oneroster import serve
from myedu.connector.adapters.oneroster.archive import OneRosterError
from myedu.connector.adapters.oneroster.package import Request, write_from_oneroster
from myedu.connector.sdk.export import ExportError
from myedu.kit.clock import SystemClock


def main(arguments: Sequence[str]) -> int:
    """The exit status: 0 if a package was written, 2 after one line on standard error if not."""
    if arguments and arguments[0] in ("serve", "export"):
        return serve.run(arguments)
    options = _parser().parse_args(arguments)
    try:
        request = Request(
            region=_region(options.region),
            time_zone=_zone(options.time_zone),
            zones=_zones(options.zones) if options.zones else {},
            base=options.base,
            vendor=options.vendor,
            product=options.product,
            school_year=_school_year(options.school_year) if options.school_year else None,
        )
        manifest, report = write_from_oneroster(options.source, options.out, request, SystemClock().now())
    except (OneRosterError, ExportError) as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{options.out}: {error}: give a folder that can be written", file=sys.stderr)
        return 2
    for line in report.lines():
        print(line)
    print(f"{manifest.mode} package: {options.out / str(manifest.export_id)}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m myedu.connector.adapters.oneroster", description=__doc__)
    parser.add_argument("source", metavar="IN", type=Path, help="a ZIP or a folder of CSV files")
    parser.add_argument("out", metavar="OUT", type=Path, help="folder for packages and the state file")
    parser.add_argument("--region", required=True, help="two-digit code of the region")
    parser.add_argument("--time-zone", required=True, help="IANA time zone of the organisations")
    parser.add_argument("--zones", type=Path, help='JSON of exceptions: {"org\'s sourcedId": "Asia/Yakutsk"}')
    parser.add_argument("--base", type=UUID, help="the export that a delta builds on, if not the last one")
    parser.add_argument("--vendor", help="the vendor of the system, if not the set's source.systemName")
    parser.add_argument("--product", help="the name of the system, if not the set's source.systemCode")
    parser.add_argument(
        "--school-year", metavar="YEAR", help="in which the school year of classes without a session begins"
    )
    return parser


def _region(text: str) -> str:
    if not re.fullmatch("[0-9]{2}", text):
        raise OneRosterError(f"{text!r} is not a region: write its two-digit code, such as 16")
    return text


def _school_year(text: str) -> int:
    if not re.fullmatch("20[0-9]{2}", text):
        raise OneRosterError(
            f"{text!r} is not a school year: write the year in which it begins, such as 2026"
        )
    return int(text)


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise OneRosterError(f"{name!r} is not a time zone: write one such as Europe/Moscow") from None
    return name


def _zones(path: Path) -> dict[str, str]:
    try:
        zones = msgspec.json.decode(path.read_bytes(), type=dict[str, str])
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise OneRosterError(f'{path}: {error}; write JSON such as {{"1": "Asia/Yakutsk"}}') from None
    return {org: _zone(name) for org, name in zones.items()}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
