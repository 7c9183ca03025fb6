"""Protection against SSRF: a session connects to one registered system, and not to private networks.

A journal's address is typed in by an operator and resolved by a foreign DNS server, so the check applies to
the address to which the socket is about to connect. That covers a name that changes between check and
connection (DNS rebinding), unusual notations of an address, and IPv4 addresses mapped into IPv6.
"""

import ssl

import msgspec
from yarl import URL

from myedu.connector.sdk.http_client import ForbiddenAddress, Session, TraceInjector, open_session
from myedu.kit.private_addresses import is_private


class Destination(msgspec.Struct, frozen=True):
    """Hosts and ports to which one session may connect."""

    hosts: frozenset[str]
    ports: frozenset[int]
    allow_private: bool

    def check_host(self, host: str) -> None:
        """Raises ForbiddenAddress for a host that isn't registered for this system."""
        if _host(host) not in self.hosts:
            raise ForbiddenAddress("this session belongs to another system")

    def check_address(self, address: str, port: int) -> None:
        """Raises ForbiddenAddress for an address to which a socket must not connect."""
        if port not in self.ports:
            raise ForbiddenAddress("this session is for another port")
        if not self.allow_private and is_private(address):
            raise ForbiddenAddress("the address is in a private network")


def guarded_session(
    *registered: str | None,
    allow_private: bool,
    connections: int = 32,
    trust: ssl.SSLContext | None = None,
    carry: TraceInjector | None = None,
) -> Session:
    """A session for one system: its own connections, no cookies, no proxies from the environment.

    `registered`: the addresses that the operator gave (the system's and its token endpoint's). `trust`: the
    trusted certificates, by default the machine's. `carry` adds the trace to each request. Call this in a
    running event loop and close the session at the end.
    """
    urls = [url for address in registered if address and (url := _url(address)) is not None]
    destination = Destination(
        hosts=frozenset(_host(url.raw_host) for url in urls if url.raw_host),
        ports=frozenset(url.port for url in urls if url.port),
        allow_private=allow_private,
    )
    return open_session(
        check_host=destination.check_host,
        check_address=destination.check_address,
        connections=connections,
        trust=trust,
        carry=carry,
    )


def _url(address: str) -> URL | None:
    try:
        return URL(address)
    except ValueError:
        return None  # the call then fails with not-http


def _host(name: str) -> str:
    return name.rstrip(".").lower()
