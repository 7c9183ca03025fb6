"""What the composition root gives to the rooms: to handlers, to the worker's tasks, to commands."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

import msgspec
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from myedu.connector.sdk.clients import JournalClients
from myedu.kit.clock import Clock
from myedu.kit.db import Database
from myedu.kit.settings import Settings
from myedu.kit.telemetry import Telemetry
from myedu.kit.web.context import HandlerContext
from myedu.portal.erasing import Eraser
from myedu.portal.navigation import HomePage, NavEntry

S = TypeVar("S")


class AppContext(HandlerContext, frozen=True, kw_only=True):
    """What handlers are given.

    `nav`: the sections of all rooms; `homes`: where staff and operators have their work; `services`: what the
    rooms have opened, by the names that handlers use for their parameters.
    """

    settings: Settings
    nav: Sequence[NavEntry] = ()
    homes: Sequence["Home"] = ()
    services: Mapping[str, object] = {}

    def service(self, kind: type[S]) -> S:
        """The service of this type, opened by a room before this one.

        Raises StopIteration if there is none.
        """
        return next(service for service in self.services.values() if isinstance(service, kind))


Home = Callable[[AppContext, str], Awaitable[HomePage | None]]
"""The first page of a session's viewer in a room; None if they have no work there."""

FromContext = NamedDependency[SkipValidation[AppContext]]
"""The type of a handler's parameter `context`."""


class WorkerContext(msgspec.Struct, frozen=True, kw_only=True):
    """What the rooms' tasks in the worker are given. `clients`: of journals; `erasers`: of all rooms."""

    settings: Settings
    clock: Clock
    database: Database
    clients: JournalClients
    telemetry: Telemetry
    erasers: Sequence[Eraser]


class CommandContext(msgspec.Struct, frozen=True, kw_only=True):
    """What a command in a terminal is given. `erasers`: of all rooms."""

    settings: Settings
    clock: Clock
    database: Database
    erasers: Sequence[Eraser]
