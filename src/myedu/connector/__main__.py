"""`myedu connector COMMAND`: what a vendor does from a terminal."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import aiohttp

from myedu.connector.sdk.errors import JournalError
from myedu.connector.sdk.push import Pusher, PushRefused, PushState
from myedu.connector.sdk.signing import BadKey
from myedu.kit.clock import SystemClock


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the portal has the package, 1 for what the sentence says, 2 for a wrong command."""
    options = _parser().parse_args(arguments)
    try:
        key = options.key.read_text(encoding="ascii")
        state = asyncio.run(_push(options, key))
    except (OSError, UnicodeDecodeError, BadKey) as error:
        print(f"{error}\nGive the private key (PEM) and a package's folder.", file=sys.stderr)
        return 1
    except (PushRefused, JournalError) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{state.export_id}: {state.state}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="myedu connector", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    sentence = "send an export package to the portal; after a cut, the same command goes on"
    push = commands.add_parser("push", help=sentence, description=sentence)
    push.add_argument("folder", type=Path, help="the folder with manifest.json")
    push.add_argument("portal", help="the portal's address, https://…")
    push.add_argument("--system", required=True, help="the id under which the portal knows your system")
    push.add_argument("--key", required=True, type=Path, help="PEM file with your private key")
    return parser


async def _push(options: argparse.Namespace, key: str) -> PushState:
    async with aiohttp.ClientSession() as session:
        pusher = Pusher(session, options.portal, system_id=options.system, key=key, clock=SystemClock())
        return await pusher.push(options.folder, _told)


def _told(file: str, received: int, size: int) -> None:
    print(f"{file}: {received} of {size} bytes", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
