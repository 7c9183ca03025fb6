"""The open connections of one server: how many there may be, and which one ends when there are too many.

A connection waits while its client owes a request: nothing has come, or only a part. It costs the process
little, so the server keeps thousands; but a stranger can open as many as there are file descriptors.
"""

import ipaddress
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Annotated, Protocol

import msgspec
from msgspec import Meta

from myedu.kit.refusals import Why
from myedu.kit.settings import SettingsError, read_settings

STATE_KEY = "myedu.connection_ended"
"""In the ASGI lifespan's state: a function that is called with the Why of each connection that is cut."""

_SPARE_DESCRIPTORS = 128  # for the database, journals, files
_NEIGHBOURS = 64  # bits of an IPv6 address that a provider gives to one customer


class ConnectionLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What a client of the web server may do, and how slowly. Counted in each process."""

    head_bytes: Annotated[
        int, Meta(ge=1024, description="Bytes of a request's first line and headers; more are a 431.")
    ] = 32 * 1024
    head_fields: Annotated[int, Meta(ge=10, description="Headers of a request; more are a 431.")] = 100
    head_seconds: Annotated[
        float, Meta(gt=0, description="Seconds in which the first line and all headers must come.")
    ] = 10
    stalled_seconds: Annotated[
        float,
        Meta(gt=0, description="Seconds after which a body or an answer must have moved on by enough bytes."),
    ] = 20
    least_bytes_per_second: Annotated[
        int, Meta(ge=1, description="How many are enough: for each of those seconds.")
    ] = 500
    idle_seconds: Annotated[
        int,
        Meta(ge=1, le=25, description="Seconds that a connection is kept open between two requests."),
    ] = 5
    connections_at_once: Annotated[
        int,
        Meta(ge=10, description="Open connections; then the one that has waited longest is ended for a new."),
    ] = 4000
    connections_per_address: Annotated[
        int,
        Meta(ge=1, description="Open connections of one address (IPv6: of one /64); more are cut at once."),
    ] = 500
    trusted_proxies: Annotated[
        tuple[str, ...],
        Meta(
            description="Addresses or networks of reverse proxies, by commas. Their X-Forwarded-For and"
            " X-Forwarded-Proto are believed, their connections are not counted by address."
        ),
    ] = ("127.0.0.1", "::1")


def read_limits(env: Mapping[str, str]) -> ConnectionLimits:
    """The limits that the environment sets. Raises SettingsError."""
    limits = read_settings(ConnectionLimits, env)
    check_limits(limits)
    return limits


def check_limits(limits: ConnectionLimits) -> None:
    """Raises SettingsError for `trusted_proxies` that are no addresses."""
    _owner_rule(limits.trusted_proxies)


class Waiting(Protocol):
    """A connection as the list of those that wait needs it."""

    def evict(self) -> None:
        """End, as others need the place."""
        ...


class Connections:
    """Counts the connections of one server by address; knows which of them wait, the longest first."""

    def __init__(self, limits: ConnectionLimits) -> None:
        """Raises SettingsError for `trusted_proxies` that are no addresses."""
        self.limits = limits
        self.open = 0
        self._most = min(limits.connections_at_once, _descriptors() - _SPARE_DESCRIPTORS)
        self._by_owner: Counter[str] = Counter()
        self._waiting: dict[Waiting, None] = {}  # in the order in which they began to wait
        self.owner_of = lru_cache(maxsize=4096)(_owner_rule(limits.trusted_proxies))

    def enter(self, connection: Waiting, owner: str | None) -> Why | None:
        """Count a new connection, which waits for its first request; says why it must end at once."""
        self.open += 1
        if owner is not None:
            self._by_owner[owner] += 1
            if self._by_owner[owner] > self.limits.connections_per_address:
                return "too-many-of-address"
        if self.open > self._most:
            if not self._waiting:
                return "too-many"
            longest = next(iter(self._waiting))
            del self._waiting[longest]
            longest.evict()
        self._waiting[connection] = None
        return None

    def leave(self, connection: Waiting, owner: str | None) -> None:
        """A connection that has been entered is closed."""
        self.open -= 1
        self._waiting.pop(connection, None)
        if owner is not None:
            self._by_owner[owner] -= 1
            if not self._by_owner[owner]:
                del self._by_owner[owner]

    def waits(self, connection: Waiting) -> None:
        """It has been answered and owes the next request."""
        self._waiting[connection] = None

    def is_served(self, connection: Waiting) -> None:
        """Its request is whole."""
        self._waiting.pop(connection, None)


def raise_descriptor_limit() -> None:
    """Let this process open as many files and sockets as its hard limit allows."""
    if sys.platform != "win32":
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft != hard:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _descriptors() -> int:
    if sys.platform == "win32":
        return 8192  # sockets are no file descriptors there
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 2**20 if soft == resource.RLIM_INFINITY else soft


def _owner_rule(trusted: Iterable[str]) -> Callable[[str], str | None]:
    """Whose a connection from an address is; None: of a proxy, or of a Unix socket."""
    try:
        networks = [ipaddress.ip_network(text, strict=False) for text in trusted]
    except ValueError as error:
        raise SettingsError(
            f"MYEDU_TRUSTED_PROXIES: {error}; write addresses or networks like 10.0.0.5,10.1.0.0/16"
        ) from None

    def owner_of(host: str) -> str | None:
        try:
            address = ipaddress.ip_address(host.partition("%")[0])
        except ValueError:
            return None
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        if any(address in network for network in networks):
            return None
        if isinstance(address, ipaddress.IPv6Address):
            return str(ipaddress.ip_network((address, _NEIGHBOURS), strict=False))
        return str(address)

    return owner_of
