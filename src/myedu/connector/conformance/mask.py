"""Takes secrets off what is shown; on demand also whatever could tell of a person."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from myedu.connector.conformance.ask import Answer

HIDDEN = "…"
_LONGEST = 4000  # characters of a body that a reader looks through
_SECRET_HEADERS = {"authorization", "myedu-act", "cookie", "set-cookie"}
_SECRET_FIELDS = re.compile(
    r'("(?:access_token|client_assertion)"\s*:\s*")[^"]*|((?:access_token|client_assertion|signature)=)[^&\s"]*'
)
_NAMED = re.compile(r"(/(?:students|teachers|files|file-content|lessons|Schedule)/)[^/]+")
"""Steps of a path behind which an id stands."""
_OPEN_FIELDS = {
    "code", "status", "title", "type", "error", "field", "from", "to", "time_zone", "starts_at", "ends_at",
    "day", "due_on", "set_on", "set_at", "updated_at", "kind", "scale", "contract", "capabilities",
    "profiles", "server_time", "mode", "created_at", "region", "table", "file", "sha256", "resourceType",
    "severity", "relation", "expires_at", "cursor", "what",
}  # fmt: skip
"""Fields of answers that say nothing of a person. Numbers, true and false are left as they are."""


class Shown(msgspec.Struct, frozen=True):
    """One exchange as a person reads it."""

    request: str
    answer: str
    milliseconds: int


def shown(answer: Answer, *, public: bool = False) -> Shown:
    """`public`: for a page that everybody may read; ids and texts of answers are hidden too."""
    path = _path(answer.url, public)
    request = [f"{answer.verb} {path}", *_headers(answer.sent_headers)]
    if answer.sent_body:
        request += ["", _text(answer.sent_body, public)]
    reply = [f"{answer.status}", *_headers(answer.headers)]
    if answer.body:
        reply += ["", _text(answer.body, public)]
    return Shown(_without_secrets("\n".join(request)), _without_secrets("\n".join(reply)), _ms(answer))


def _ms(answer: Answer) -> int:
    return round(answer.seconds * 1000)


def _path(url: str, public: bool) -> str:
    parts = urlsplit(url)
    path = _NAMED.sub(rf"\1{HIDDEN}", parts.path)
    return f"{path if public else parts.path}{'?' if parts.query else ''}{parts.query}"


def _headers(headers: Mapping[str, str]) -> list[str]:
    hidden = ((name, HIDDEN if name.lower() in _SECRET_HEADERS else text) for name, text in headers.items())
    return [f"{name}: {text}" for name, text in hidden]


def _text(body: bytes, public: bool) -> str:
    if public:
        return _public(body)
    text = body.decode(errors="backslashreplace")
    text = "".join(one if one.isprintable() or one in "\n\t" else f"\\x{ord(one):02x}" for one in text)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}\n… (+{len(text) - _LONGEST})"


def _public(body: bytes) -> str:
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return f"{HIDDEN} ({len(body)} B)"
    text = msgspec.json.encode(_hidden(value, "")).decode()
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}\n… (+{len(text) - _LONGEST})"


def _hidden(value: Any, field: str) -> Any:
    if isinstance(value, dict):
        return {key: _hidden(one, key) for key, one in value.items()}
    if isinstance(value, list):
        return [_hidden(one, field) for one in value]
    return HIDDEN if isinstance(value, str) and field not in _OPEN_FIELDS else value


def _without_secrets(text: str) -> str:
    return _SECRET_FIELDS.sub(lambda found: f"{found[1] or found[2]}{HIDDEN}", text)
