"""Turns a journal's link into one for a page and a header: http or https, ASCII, an address that can exist.

Browsers do the same with what a person types: a host in Cyrillic becomes punycode, a file's name in Cyrillic
is percent-encoded. A `javascript:` link would run on the portal's page, a line feed would end a header.
"""

import re
from urllib.parse import quote, urlsplit

from myedu.contract.plain_text import without_ink

LONGEST = 2_000
"""Characters of a link as it was received and as it is passed on, as in the contract."""

_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.(?!-)[a-z0-9_-]{1,63})*\.?", re.I | re.A)
_IP6 = re.compile(r"\[[0-9a-f:.]{2,45}\]", re.I | re.A)
_OTHER_HOSTS = re.compile("[ßς\u200c\u200d]")
"""Letters that Python's codec replaces and browsers don't: the link would lead to another host."""
_KEPT = "!#$%&'()*+,/:;=?@[]~-._"  # reserved and unreserved characters (RFC 3986), and escapes that are there
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def clean_link(text: str) -> str | None:
    """The link in ASCII; None if it is no link of the web or longer than LONGEST."""
    url = without_ink(text).strip()
    if len(url) > LONGEST or re.search(r"[\r\n\t]", url):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
        host = _ascii_host(parts.hostname or "")
    except ValueError:  # a port beyond 65535, half a bracket, a host that has no punycode
        return None
    if parts.scheme.lower() not in ("http", "https") or host is None or "@" in parts.netloc:
        return None
    place = host if port is None else f"{host}:{port}"
    rest = "".join(
        f"{mark}{_escaped(part)}"
        for mark, part in (("", parts.path), ("?", parts.query), ("#", parts.fragment))
        if part
    )
    rest = rest if not rest or rest[0] == "/" else f"/{rest}"
    clean = f"{parts.scheme.lower()}://{place}{rest}"
    return clean if len(clean) <= LONGEST else None


def _ascii_host(host: str) -> str | None:
    if ":" in host:
        host = f"[{host}]"
        return host if _IP6.fullmatch(host) else None
    if _OTHER_HOSTS.search(host):
        return None
    ascii_host = host if host.isascii() else host.encode("idna").decode()
    return ascii_host if len(ascii_host) <= 253 and _HOST.fullmatch(ascii_host) else None


def _escaped(part: str) -> str:
    return quote(_LONE_PERCENT.sub("%25", part), safe=_KEPT)
