"""Where a session may go: to one registered system, and not into the portal's own network.

A journal's address is typed in by an operator and its name is resolved by somebody else's server, so the rule
is applied to what the socket is about to be connected to: a name that changes its meaning between a check and
a connection (DNS rebinding), a number in another notation and a mapped address all come down to that.
"""

import ssl
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import msgspec
from yarl import URL

from myedu.connector.sdk.outgoing import Carry, ForbiddenAddress, Session, open_session

_NEVER = tuple(
    ip_network(text)
    for text in (
        "100.64.0.0/10",  # carriers' own networks; a cloud's metadata live there too
        "168.63.129.16/32",  # the host of a virtual machine, in a public range
        "192.0.0.0/24",
        "192.88.99.0/24",  # relays of 6to4
        "198.18.0.0/15",
        "fec0::/10",  # site-local, deprecated and still routed in places
        "2001::/32",  # Teredo
        "2002::/16",  # 6to4: an IPv4 address inside
        "64:ff9b:1::/48",
    )
)
_TRANSLATED = ip_network("64:ff9b::/96")  # NAT64: an IPv4 address inside


class Destination(msgspec.Struct, frozen=True):
    """Where one session may connect to."""

    hosts: frozenset[str]
    ports: frozenset[int]
    allow_private: bool

    def check_host(self, host: str) -> None:
        """Raises ForbiddenAddress for a name that isn't registered for this system."""
        if _host(host) not in self.hosts:
            raise ForbiddenAddress("this session is another system's")

    def check_address(self, address: str, port: int) -> None:
        """Raises ForbiddenAddress for what a socket must not be connected to."""
        if port not in self.ports:
            raise ForbiddenAddress("this session is for another port")
        if not self.allow_private and is_private(address):
            raise ForbiddenAddress("the address leads into a private network")


def guarded_session(
    *registered: str | None,
    allow_private: bool,
    connections: int = 32,
    trust: ssl.SSLContext | None = None,
    carry: Carry | None = None,
) -> Session:
    """A session for one system: connections of its own, no cookies, no proxies of the environment.

    `registered`: the addresses that the operator gave for it (its own, its token endpoint's). `trust`: the
    certificates to believe, without it the machine's. Call it in a running loop and close it at the end.
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
        return None  # the call says it: not-http


def _host(name: str) -> str:
    return name.rstrip(".").lower()


def is_private(text: str) -> bool:
    """True for every address that isn't a public one-to-one address of the Internet."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return True
    inner = _inside(address)
    if inner is not None:
        return is_private(str(inner))
    return (
        not address.is_global
        or address.is_multicast
        or address.is_reserved
        or any(address.version == one.version and address in one for one in _NEVER)
    )


def _inside(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address only dresses up."""
    if isinstance(address, IPv4Address):
        return None
    if address in _TRANSLATED:
        return IPv4Address(address.packed[-4:])
    return address.ipv4_mapped
