"""Errors for programs: `application/problem+json` (RFC 9457) with a stable code."""

import msgspec

MEDIA_TYPE = "application/problem+json"
_CODES = {
    401: "unauthorized",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    413: "too-large",
    429: "too-many-requests",
    503: "unavailable",
}


class _Problem(msgspec.Struct, frozen=True):
    code: str
    status: int
    title: str


def problem_body(status: int, title: str) -> bytes:
    """The JSON of a problem; its code follows from the status: `not-found` for 404."""
    code = _CODES.get(status, "internal" if status >= 500 else "bad-request")
    return msgspec.json.encode(_Problem(code, status, title))
