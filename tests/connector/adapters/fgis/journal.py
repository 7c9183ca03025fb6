"""A federal journal that runs on a socket of its own, and the people whom it knows."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec

from myedu.connector.adapters.fgis.__main__ import FgisSettings
from myedu.connector.conformance.keys import Signer, new_key
from myedu.connector.sdk.server import RegisteredClient, connector_app
from myedu.kit.clock import SystemClock
from myedu.kit.private_files import write_private
from myedu.kit.serve import serving
from tests.connector.conformance.good import TodaysSchool, good_tables
from tests.connector.sdk.school import PUPIL, SYSTEM, ZONE


class FederalSchool(TodaysSchool):
    """Only the profile is requested here."""


@contextlib.contextmanager
def federal_journal(folder: Path, port: int) -> Iterator[FgisSettings]:
    """The settings of an adapter to a running journal, which has a thread and a loop of its own."""
    signer, ready, over = Signer(new_key()), threading.Event(), threading.Event()
    write_private(folder / "adapter.pem", signer.private_pem.encode())
    (folder / "people.json").write_bytes(people_file())
    url = f"http://127.0.0.1:{port}"
    app = connector_app(
        FederalSchool(),
        base_url=url,
        clients=[RegisteredClient("adapter", signer.public_pem)],
        token_key=b"k" * 32,
        clock=SystemClock(),
    )

    async def run() -> None:
        async with serving(app, port=port):
            ready.set()
            await asyncio.to_thread(over.wait)

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    try:
        assert ready.wait(20)
        yield FgisSettings(
            journal_url=url,
            client_id="adapter",
            key=folder / "adapter.pem",
            people=folder / "people.json",
            vendor=SYSTEM.vendor,
            product=SYSTEM.product,
            time_zone=str(ZONE),
            exports=folder / "exports",
        )
    finally:
        over.set()
        thread.join()


def people_file() -> bytes:
    """The good school's tables as the file has them, without the pupil who has no account of ESIA."""
    tables = {name: [msgspec.to_builtins(row) for row in rows] for name, rows in good_tables().items()}
    tables["enrollments"] = [row for row in tables["enrollments"] if row["person_id"] == PUPIL]
    return msgspec.json.encode({"region": "25", "tables": tables})
