"""HTTP for the server, without school terms: problems, ETag, Accept, request bodies, Range."""

import hashlib
import math
import re
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from myedu.contract.problems import PROBLEM_MEDIA_TYPE, ContractError, Problem, problem

T = TypeVar("T")

_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")  # JSON writes a NUL in no other way

PRIVATE = "private, no-cache"
"""Every answer is about a person: no shared cache may store it, and a private one revalidates by ETag."""


def problem_response(fault: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """The problem as application/problem+json with its status; never stored by a cache."""
    all_headers = {"Cache-Control": "no-store", **(headers or {})}
    return Response(
        msgspec.json.encode(fault), fault.status, headers=all_headers, media_type=PROBLEM_MEDIA_TYPE
    )


def error_headers(error: ContractError) -> dict[str, str]:
    """Headers that RFC 9110 requires beside the status: WWW-Authenticate, Retry-After."""
    headers = {}
    if error.problem.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if error.problem.status in (429, 503):
        headers["Retry-After"] = str(error.retry_after or 1)
    return headers


def json_answer(request: Request, body: bytes) -> Response:
    """200 with an ETag made of the body, or 304 if the caller has this answer already.

    The ETag is weak, because gzip, br and zstd of one answer are different bytes.
    """
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": PRIVATE, "Vary": "Authorization, Accept-Encoding"}
    if matches_etag(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json")


def matches_etag(if_none_match: str | None, etag: str) -> bool:
    """True if If-None-Match lists the ETag, by weak comparison (RFC 9110 §13.1.2)."""
    if if_none_match is None:
        return False
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return "*" in tags or etag.removeprefix("W/") in tags


def require_acceptable(accept: str | None, media_type: str) -> None:
    """Raises ContractError(not-acceptable) unless Accept allows `media_type`; an absent Accept allows all."""
    if accept is None:
        return
    kind = media_type.partition("/")[0]
    for item in accept.split(","):
        name, *parameters = (part.strip().lower() for part in item.split(";"))
        refused = any(parameter.replace(" ", "") in ("q=0", "q=0.0") for parameter in parameters)
        if name in ("", "*/*", f"{kind}/*", media_type) and not refused:
            return
    raise ContractError(problem("not-acceptable", field="Accept", detail=f"{media_type} is served here"))


def query_parameter(request: Request, name: str) -> str | None:
    """A query parameter, None if absent. Raises ContractError(bad-parameter) if given more than once."""
    values = request.query_params.getlist(name)
    if len(values) > 1:
        raise ContractError(
            problem("bad-parameter", field=name, detail=f"{name} is given {len(values)} times")
        )
    return values[0] if values else None


def convert_parameter(text: str, kind: Any, field: str, code: str) -> Any:
    """The text as `kind`, a type of the contract such as `Id`. Raises ContractError with `code`.

    Any: to mypy an annotated type isn't a `type`, so a TypeVar can't express it.
    """
    try:
        return msgspec.convert(text, kind, strict=False)
    except msgspec.ValidationError as error:
        raise ContractError(problem(code, field=field, detail=f"{field}: {error}")) from None


async def read_body(request: Request, longest: int) -> bytes:
    """The whole body. Raises ContractError: too-large past `longest` bytes, bad-request if it is cut off."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > longest:
                raise ContractError(problem("too-large", detail=f"at most {longest} bytes are read"))
    except ClientDisconnect:
        raise ContractError(problem("bad-request", detail="the body was cut off")) from None
    return bytes(body)


def decode_body(body: bytes, kind: type[T]) -> T:
    """A JSON body as `kind`. Raises ContractError(bad-request), for a NUL too: databases don't store it."""
    if _NUL.search(body):
        raise ContractError(problem("bad-request", detail="the body: a text has the character U+0000"))
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise ContractError(problem("bad-request", detail=f"the body: {error}")) from None


def parse_range(header: str | None, size: int) -> tuple[int, int] | None:
    """Start and end (exclusive) of the requested bytes; None: send the whole file.

    Several ranges and other units are ignored, as RFC 9110 §14.2 allows. Raises
    ContractError(range-not-satisfiable).
    """
    unit, _, interval = (header or "").partition("=")
    first, dash, last = interval.strip().partition("-")
    if (
        unit.strip().lower() != "bytes"
        or not dash
        or not all(text == "" or _is_number(text) for text in (first, last))
    ):
        return None
    if first == last == "":
        return None
    start = int(first) if first else max(0, size - int(last))
    end = min(size, int(last) + 1) if first and last else size
    if first and last and int(last) < int(first):
        return None
    if start >= size or (not first and int(last) == 0):
        detail = f"the file has {size} bytes"
        raise ContractError(problem("range-not-satisfiable", field="Range", detail=detail))
    return start, end


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def seconds_until(wait: float) -> int:
    """Seconds for Retry-After: rounded up, at least 1."""
    return max(1, math.ceil(wait))
