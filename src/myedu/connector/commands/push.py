"""`myedu connector push`: sends an export package to the portal."""

import argparse
import asyncio
import sys
from pathlib import Path

from myedu.connector.sdk.errors import JournalError
from myedu.connector.sdk.http_client import open_session
from myedu.connector.sdk.push import Pusher, PushRefused, PushState
from myedu.connector.sdk.signing import BadKey
from myedu.kit.clock import SystemClock
from myedu.kit.private_files import NotPrivate, read_key
from myedu.kit.terminal import tr

SENTENCE = "send an export package to the portal; after an interruption, the same command resumes"


def add(parser: argparse.ArgumentParser) -> None:
    """FOLDER, PORTAL, --system, --key."""
    parser.add_argument("folder", type=Path, help=tr("the folder with manifest.json"))
    parser.add_argument("portal", help=tr("the portal's address, https://…"))
    parser.add_argument("--system", required=True, help=tr("the id under which the portal knows your system"))
    parser.add_argument("--key", required=True, type=Path, help=tr("PEM file with your private key"))


def run(options: argparse.Namespace) -> int:
    """0 if the portal has the package and neither holds nor refuses it, else 1 and the reason."""
    try:
        key = read_key(options.key)
        state = asyncio.run(_push(options, key))
    except NotPrivate as error:
        print(f"{options.key}: {error.strerror}", file=sys.stderr)
        return 1
    except (OSError, UnicodeDecodeError, BadKey) as error:
        print(f"{error}\n{tr('Give the private key (PEM) and the folder of a package.')}", file=sys.stderr)
        return 1
    except (PushRefused, JournalError) as error:
        print(error, file=sys.stderr)
        return 1
    return report_state(state)


def report_state(state: PushState) -> int:
    """Print the package's state and the reason; 1 if the portal holds or refuses it, else 0."""
    why = f" ({state.code}): {state.reason}" if state.code else ""
    print(f"{state.export_id}: {state.state}{why}")
    return 1 if state.state in ("held", "refused") else 0


async def _push(options: argparse.Namespace, key: str) -> PushState:
    async with open_session() as session:
        pusher = Pusher(session, options.portal, system_id=options.system, key=key, clock=SystemClock())
        return await pusher.push(options.folder, _print_progress)


def _print_progress(file: str, received: int, size: int) -> None:
    print(tr("{file}: {received} of {size} bytes", file=file, received=received, size=size), file=sys.stderr)
