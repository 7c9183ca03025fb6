"""Single exchanges that failed or took long, without anything about a person (ADR 0026).

What is kept of an answer is what an error page or a problem says of itself; of a diary nothing.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise
from urllib.parse import unquote

import msgspec

from myedu.connector.sdk.exchange_trace import ExchangeTrace
from myedu.connector.sdk.responses import content_type
from myedu.contract.plain_text import sanitize_text
from myedu.contract.problems import PROBLEM_MEDIA_TYPE
from myedu.portal.federation.models import SLOW

SLOW_SECONDS = 1.5
"""A good answer that took longer is a slow one: half of what a page waits."""
HIDDEN = "…"
_LABELS = {"students": "pupil", "Schedule": "pupil", "teachers": "teacher", "files": "file"}
"""The segment before an id → what the id's label begins with."""
_OPEN_QUERY = frozenset({"from", "to", "start", "end", "academic_year"})
_HEADERS = (
    "Content-Type", "Content-Length", "Content-Encoding", "Date", "Server", "Via", "Retry-After",
    "WWW-Authenticate", "X-Request-Id", "Location",
)  # fmt: skip
_LONGEST_HEADER, _LONGEST_EXCERPT, _LONGEST_PATH = 200, 200, 500
_DIGITS = re.compile(r"\d{4,}")
_TITLES = re.compile(r"<(title|h1)\b[^>]*>(.*?)</\1\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_OF_PROXIES = frozenset({502, 503, 504})
"""Statuses by which a server before the journal says that the journal is away."""
_QUOTED = re.compile(r"'[^']*'|`[^`]*`(?= is)")


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """A row of federation.exchanges."""

    system_id: str
    at: datetime
    method: str
    problem: str
    seconds: float
    request: str | None
    status: int | None
    media_type: str | None
    bytes: int | None
    headers: dict[str, str]
    excerpt: str | None
    place: str | None


class _Said(msgspec.Struct):
    """What of a problem isn't about one occurrence (RFC 9457): its `detail` may name somebody."""

    code: str = ""
    title: str = ""


def exchange_of(
    system_id: str,
    method: str,
    at: datetime,
    seconds: float,
    trace: ExchangeTrace,
    *,
    reason: str | None,
    sentence: str,
    key: bytes,
) -> Exchange:
    """The exchange as it is kept. `reason`, `sentence`: of the error; None: a slow good answer.

    `key`: makes labels of ids.
    """
    labels = _labels_of(trace.path, key)
    media_type = content_type(trace.headers)[0] or None
    return Exchange(
        system_id=system_id,
        at=at,
        method=method,
        problem=reason or SLOW,
        seconds=round(seconds, 4),
        request=f"{trace.verb} {_masked_path(trace.path, labels)}" if trace.verb else None,
        status=trace.status,
        media_type=_masked(media_type, labels) if media_type else None,
        bytes=trace.bytes,
        headers={
            name: _masked_header(name, trace.headers[name], labels)
            for name in _HEADERS
            if name in trace.headers
        },
        excerpt=_excerpt(trace, media_type, labels) if reason else None,
        place=_place(sentence, labels) if reason == "wrong-shape" else None,
    )


def _labels_of(path: str, key: bytes) -> Mapping[str, str]:
    """Each id of the path, as it is sent and as it is meant → its label.

    The label has 16 bits: enough to see whether one pupil or many are concerned, too few to tell who, as
    several pupils of a region share each.
    """
    segments = path.partition("?")[0].split("/")
    labels: dict[str, str] = {}
    for before, segment in pairwise(segments):
        if before in _LABELS and segment:
            digest = hmac.new(key, segment.encode(), hashlib.sha256).hexdigest()[:4]
            label = f"{_LABELS[before]}-{digest}"
            labels |= {segment: label, unquote(segment): label}
    return labels


def _masked_path(path: str, labels: Mapping[str, str]) -> str:
    place, _, query = path.partition("?")
    segments = [labels.get(segment, segment) for segment in place.split("/")]
    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    shown = "&".join(f"{name}={value if name in _OPEN_QUERY else HIDDEN}" for name, _, value in pairs)
    return f"{'/'.join(segments)}{'?' if shown else ''}{shown}"[:_LONGEST_PATH]


def _masked_header(name: str, value: str, labels: Mapping[str, str]) -> str:
    if name == "Location":
        value = value.partition("?")[0]
    # Dates and lengths are numbers of their own; only ids are hidden in them.
    return sanitize_text(_without_ids(value, labels), _LONGEST_HEADER, lines=False)


def _masked(text: str, labels: Mapping[str, str]) -> str:
    """One line of a text without the ids of the request, and without any long number."""
    plain = sanitize_text(_without_ids(text, labels), _LONGEST_EXCERPT, lines=False)
    return _DIGITS.sub(HIDDEN, plain)


def _without_ids(text: str, labels: Mapping[str, str]) -> str:
    for known in sorted(labels, key=len, reverse=True):
        text = text.replace(known, labels[known])
    return text


def _excerpt(trace: ExchangeTrace, media_type: str | None, labels: Mapping[str, str]) -> str | None:
    if media_type == PROBLEM_MEDIA_TYPE:
        return _of_problem(trace.start, labels)
    # A page with 200 may be somebody's diary; one that says 502 is a proxy's or a server's.
    if media_type in ("text/html", "application/xhtml+xml") and (trace.status or 0) >= 400:
        return _of_page(trace.start, labels, from_proxy=trace.status in _OF_PROXIES)
    return None


def _of_problem(body: bytes, labels: Mapping[str, str]) -> str | None:
    try:
        said = msgspec.json.decode(body, type=_Said)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None
    return _masked(": ".join(filter(None, (said.code, said.title))), labels) or None


def _of_page(body: bytes, labels: Mapping[str, str], *, from_proxy: bool) -> str | None:
    """The title and the heading: the rest of a server's own error page may quote a request and its data.

    In Russian only if a proxy says it: «ученик Лебедев не найден» is a title too.
    """
    text = body.decode("utf-8", errors="replace")
    found = dict.fromkeys(" ".join(_TAG.sub(" ", part).split()) for _, part in _TITLES.findall(text))
    said = " - ".join(filter(None, found))
    return _masked(said, labels) or None if from_proxy or said.isascii() else None


def _place(sentence: str, labels: Mapping[str, str]) -> str | None:
    """Where and how an answer breaks the contract, without the values that it quotes."""
    _, _, found = sentence.partition(": ")
    return _masked(_QUOTED.sub(f"'{HIDDEN}'", found), labels) or None
