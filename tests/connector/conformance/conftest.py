"""One real server for all the systems that are judged here."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_urlsafe

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from myedu.connector.conformance.case import Options
from myedu.connector.conformance.keys import Signer, new_key
from myedu.connector.conformance.report import Report
from myedu.connector.conformance.run import Target, judge
from myedu.connector.sdk.server import RegisteredClient, connector_app
from myedu.kit.serve import serving
from tests.connector.conformance.good import CLIENT_ID, NOW
from tests.connector.conformance.hostiles import Hostile, Spoiled

Judged = Callable[..., Awaitable[Report]]
TOKEN_KEY = bytes(range(32))


class RunningClock:
    """Begins at NOW and runs: a declared rate is one of seconds."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def now(self) -> datetime:
        return NOW + timedelta(seconds=time.monotonic() - self._began)


@pytest.fixture(scope="session")
async def host() -> AsyncIterator[tuple[str, Starlette]]:
    """Every system is mounted under a path of its own, as behind a vendor's proxy."""
    outer = Starlette()
    async with serving(outer) as url:
        yield url, outer


@pytest.fixture(scope="session")
def judge_key() -> Signer:
    return Signer(new_key())


@pytest.fixture
def judged(host: tuple[str, Starlette], judge_key: Signer, tmp_path: Path) -> Judged:
    """Judge a system: `await judged(Hostile(…), students=(PUPIL,), rules=…)`."""
    root, outer = host

    async def run(system: Hostile, **options: object) -> Report:
        path = f"/{token_urlsafe(6)}"
        url = f"{root}{path}"
        exports = tmp_path / path[1:]
        exports.mkdir()
        declared, clock = system.system(), RunningClock()
        system.package(exports)
        app: ASGIApp = connector_app(
            declared,
            base_url=url,
            clients=[RegisteredClient(CLIENT_ID, judge_key.public_pem)],
            token_key=TOKEN_KEY,
            clock=clock,
            exports=exports if any(exports.iterdir()) else None,
        )
        mount = Mount(path, Spoiled(app, system.spoil, judge_key) if system.spoil else app)
        outer.router.routes.append(mount)
        judging = {name: options.pop(name) for name in ("rules", "exempt", "on_progress") if name in options}
        target = Target(base_url=url, client_id=CLIENT_ID, key=judge_key.private_pem)
        try:
            return await judge(target, Options(**options), clock, **judging)  # type: ignore[arg-type]
        finally:
            outer.router.routes.remove(mount)

    return run
