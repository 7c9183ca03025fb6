"""A SimpleJournal as an ASGI application."""

from collections.abc import Sequence
from pathlib import Path

from starlette.applications import Starlette

from myedu.connector.sdk.oauth import RegisteredClient
from myedu.connector.sdk.replay import ReplayStore
from myedu.connector.sdk.server import connector_app
from myedu.connector.simple.journal import SimpleJournal
from myedu.connector.simple.system import SimpleSystem
from myedu.kit.clock import Clock, SystemClock


def journal_app(
    journal: SimpleJournal,
    *,
    base_url: str,
    clients: Sequence[RegisteredClient],
    token_key: bytes,
    exports: Path | None = None,
    replay: ReplayStore | None = None,
    clock: Clock | None = None,
) -> Starlette:
    """The contract over `journal`; the arguments are those of `connector_app`. Raises Misdeclared."""
    clock = clock or SystemClock()
    return connector_app(
        SimpleSystem(journal, clock),
        base_url=base_url,
        clients=clients,
        token_key=token_key,
        clock=clock,
        exports=exports,
        replay=replay,
    )
