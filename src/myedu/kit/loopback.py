"""Whether an address is of this machine alone."""

from ipaddress import ip_address


def is_loopback(host: str | None) -> bool:
    """True for localhost, 127.0.0.0/8 and ::1; false for a name, 0.0.0.0 and whatever others can reach."""
    if host == "localhost":
        return True
    try:
        address = ip_address((host or "").strip("[]"))
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
