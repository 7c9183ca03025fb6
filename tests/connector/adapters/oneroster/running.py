"""Runs the provider on a socket, in a thread with its own event loop."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

from myedu.connector.adapters.oneroster.serve import OneRosterSettings
from myedu.kit.serve import serving
from tests.connector.adapters.oneroster.oneroster_provider import CLIENT, SECRET, Provider


@contextlib.contextmanager
def running(provider: Provider, folder: Path) -> Iterator[OneRosterSettings]:
    """The settings of an adapter to it."""
    ready, over, urls = threading.Event(), threading.Event(), []

    async def run() -> None:
        async with serving(provider.app()) as url:
            urls.append(url)
            ready.set()
            await asyncio.to_thread(over.wait)

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    try:
        assert ready.wait(20)
        yield OneRosterSettings(
            provider_url=urls[0],
            client_id=CLIENT,
            secret=SECRET,
            region="16",
            vendor="Никто",
            product="OneRoster",
            exports=folder / "exports",
            page=2,
        )
    finally:
        over.set()
        thread.join()
