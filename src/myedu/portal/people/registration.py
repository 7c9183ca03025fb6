"""Checks of what a system is registered with; the error sentences are of the caller, a terminal or a page."""

import re

from yarl import URL

_SYSTEM_ID, _REGION = re.compile(r"[a-z0-9-]{2,40}"), re.compile(r"[0-9]{2}")


def is_system_id(text: str) -> bool:
    """Small letters, digits and -, two to forty."""
    return _SYSTEM_ID.fullmatch(text) is not None


def is_region(text: str) -> bool:
    """The two digits of a subject of the Federation."""
    return _REGION.fullmatch(text) is not None


def is_base_url(address: str) -> bool:
    """An http(s) address without a user, query or fragment, and without a slash at the end."""
    if not address.isprintable() or " " in address:
        return False
    try:
        url = URL(address)
        plain = url.scheme in ("http", "https") and bool(url.host) and bool(url.port)
    except ValueError:
        return False
    return plain and not (url.user or url.query_string or url.fragment or address.endswith("/"))
