"""`myedu connector push`: send an export package to the portal."""

import argparse
import asyncio
import sys
from pathlib import Path

from myedu.connector.sdk.errors import JournalError
from myedu.connector.sdk.outgoing import open_session
from myedu.connector.sdk.push import Pusher, PushRefused, PushState
from myedu.connector.sdk.signing import BadKey
from myedu.kit.clock import SystemClock

SENTENCE = "send an export package to the portal; after a cut, the same command goes on"


def add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="the folder with manifest.json")
    parser.add_argument("portal", help="the portal's address, https://…")
    parser.add_argument("--system", required=True, help="the id under which the portal knows your system")
    parser.add_argument("--key", required=True, type=Path, help="PEM file with your private key")


def run(options: argparse.Namespace) -> int:
    """0 when the portal has the package, 1 for what the sentence says."""
    try:
        key = options.key.read_text(encoding="ascii")
        state = asyncio.run(_push(options, key))
    except (OSError, UnicodeDecodeError, BadKey) as error:
        print(f"{error}\nGive the private key (PEM) and a package's folder.", file=sys.stderr)
        return 1
    except (PushRefused, JournalError) as error:
        print(error, file=sys.stderr)
        return 1
    return end(state)


def end(state: PushState) -> int:
    """Say what the portal says, and why; 1 where something is to be mended."""
    why = f" ({state.code}): {state.reason}" if state.code else ""
    print(f"{state.export_id}: {state.state}{why}")
    return 1 if state.state == "refused" else 0


async def _push(options: argparse.Namespace, key: str) -> PushState:
    async with open_session() as session:
        pusher = Pusher(session, options.portal, system_id=options.system, key=key, clock=SystemClock())
        return await pusher.push(options.folder, _told)


def _told(file: str, received: int, size: int) -> None:
    print(f"{file}: {received} of {size} bytes", file=sys.stderr)
