"""`myedu connector serve netschool …`: serves the contract over «Сетевой город»; `export netschool …`.

Every setting is an environment variable MYEDU_NETSCHOOL_… or a flag; `--sample FOLDER` writes generated
answers and a roster to start with.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import msgspec

from myedu.connector.adapters.netschool.app import PREFIX, NetSchoolSettings, export_now, netschool_app
from myedu.connector.adapters.netschool.models import WrongShape
from myedu.connector.adapters.netschool.roster import RosterError
from myedu.connector.adapters.netschool.sample import sample_roster, write_sample
from myedu.connector.adapters.netschool.source import SourceError
from myedu.connector.terminal_ru import RUSSIAN
from myedu.kit.clock import SystemClock
from myedu.kit.connections import read_limits
from myedu.kit.log import configure_logging
from myedu.kit.serve import ServeError, run
from myedu.kit.settings import SettingsError, describe_settings, read_settings
from myedu.kit.terminal import Parser, tr, use_catalogue

_ABOUT = (
    "Serve the contract over «Сетевой город», or write an export package. Each flag is also a variable"
    " MYEDU_NETSCHOOL_…"
)


def main(arguments: Sequence[str]) -> int:
    """Serve until a signal, or write a package.

    The exit status is 2 if settings or files are wrong, 1 if it can't listen on its port.
    """
    use_catalogue(RUSSIAN)
    options = vars(_parser().parse_args(arguments))
    command = options.pop("command")
    sample, region = options.pop("sample"), options.pop("region")
    clock = SystemClock()
    if sample:
        _write_sample(Path(sample), region, clock.now().date())
        return 0
    env = {**os.environ, **{PREFIX + name.upper(): value for name, value in options.items() if value}}
    configure_logging("netschool")
    try:
        settings = read_settings(NetSchoolSettings, env, PREFIX)
        if command == "export":
            print(export_now(settings, clock))
            return 0
        limits = read_limits(os.environ)
        app = netschool_app(settings, clock)
    except (SettingsError, RosterError, SourceError, WrongShape) as error:
        print(error, file=sys.stderr)
        return 2
    try:
        run(app, host=settings.host, port=settings.port, limits=limits)
    except ServeError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="myedu connector … netschool", description=tr(_ABOUT))
    parser.add_argument("command", nargs="?", choices=("serve", "export"), default="serve")
    parser.add_argument(
        "--sample", metavar="FOLDER", help=tr("write generated answers and roster.json, and exit")
    )
    parser.add_argument("--region", default="25", help=tr("region of the generated roster"))
    for setting in describe_settings(NetSchoolSettings, PREFIX):
        flag = setting.name.removeprefix(PREFIX).lower()
        parser.add_argument("--" + flag.replace("_", "-"), dest=flag, help=tr(setting.sentence))
    return parser


def _write_sample(folder: Path, region: str, today: date) -> None:
    year = today.year if today.month >= 8 else today.year - 1
    write_sample(folder)
    roster = folder / "roster.json"
    roster.write_bytes(msgspec.json.format(msgspec.json.encode(sample_roster(region, year))))
    print(
        tr(
            "{folder}: two generated weeks and {roster}; serve them with --folder and --roster",
            folder=folder,
            roster=roster.name,
        )
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
