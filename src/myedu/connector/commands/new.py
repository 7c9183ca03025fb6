"""`myedu connector new`: makes a working project to start from."""

import argparse
import sys
from pathlib import Path

from myedu.connector.new.project import ProjectError, write_project
from myedu.kit.terminal import tr

SENTENCE = "make a folder with a working connector over a small SQLite database"


def add(parser: argparse.ArgumentParser) -> None:
    """NAME, --into."""
    parser.add_argument("name", help=tr("of your system: small Latin letters, digits, hyphens"))
    parser.add_argument("--into", type=Path, default=Path(), help=tr("where to make the folder [here]"))


def run(options: argparse.Namespace) -> int:
    """0 and the next commands to type; 2 if the folder can't be made."""
    try:
        folder = write_project(options.name, options.into)
    except ProjectError as error:
        print(error, file=sys.stderr)
        return 2
    print(
        tr("{folder}: fill in journal.py. Next:", folder=folder) + "\n"
        f"  cd {folder}\n"
        f"  python sample.py           # {tr('a small database with an invented school')}\n"
        f"  python -m pytest           # {tr('the judge; needs pip install pytest')}\n"
        "  myedu connector key keys/try\n"
        "  myedu connector serve --clients try=keys/try.public.pem"
    )
    return 0
