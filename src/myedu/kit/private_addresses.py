"""Which addresses are not of the public Internet, in all notations that a socket takes."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_NEVER = tuple(
    ip_network(text)
    for text in (
        "100.64.0.0/10",  # carrier-grade NAT; some clouds keep their metadata service here
        "168.63.129.16/32",  # the host of an Azure virtual machine, in a public range
        "192.0.0.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "198.18.0.0/15",
        "fec0::/10",  # site-local, deprecated but still routed in places
        "2001::/32",  # Teredo
        "2002::/16",  # 6to4: embeds an IPv4 address
        "64:ff9b:1::/48",
    )
)
_TRANSLATED = ip_network("64:ff9b::/96")  # NAT64: embeds an IPv4 address


def is_private(text: str) -> bool:
    """True for every text that isn't a public unicast address of the Internet."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return True
    embedded = _embedded(address)
    if embedded is not None:
        return is_private(str(embedded))
    return (
        not address.is_global
        or address.is_multicast
        or address.is_reserved
        or any(address.version == network.version and address in network for network in _NEVER)
    )


def _embedded(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    """The IPv4 address embedded in an IPv6 address by NAT64 or mapping."""
    if isinstance(address, IPv4Address):
        return None
    if address in _TRANSLATED:
        return IPv4Address(address.packed[-4:])
    return address.ipv4_mapped
