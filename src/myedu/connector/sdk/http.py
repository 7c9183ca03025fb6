"""The HTTP of the contract, knowing nothing of schools: problems, ETag, Accept, bodies, Range."""

import hashlib
import math
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import anyio
import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from myedu.contract.problems import PROBLEM_MEDIA_TYPE, ContractError, Problem, problem

T = TypeVar("T")

PRIVATE = "private, no-cache"
"""Everything here is about persons: no shared cache keeps it, and a private one asks again by ETag."""


def problem_response(fault: Problem, headers: Mapping[str, str] | None = None) -> Response:
    all_headers = {"Cache-Control": "no-store", **(headers or {})}
    return Response(
        msgspec.json.encode(fault), fault.status, headers=all_headers, media_type=PROBLEM_MEDIA_TYPE
    )


def error_headers(error: ContractError) -> dict[str, str]:
    """What RFC 9110 wants beside the status."""
    headers = {}
    if error.problem.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if error.problem.status in (429, 503):
        headers["Retry-After"] = str(error.retry_after or 1)
    return headers


def json_answer(request: Request, body: bytes) -> Response:
    """200 with an ETag over the body, or 304 where the caller holds it already.

    The tag is weak: gzip, br and zstd of one answer are different bytes.
    """
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": PRIVATE, "Vary": "Authorization, Accept-Encoding"}
    if matches(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json")


def matches(if_none_match: str | None, etag: str) -> bool:
    """RFC 9110 §13.1.2, the weak comparison."""
    if if_none_match is None:
        return False
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return "*" in tags or etag.removeprefix("W/") in tags


def require_acceptable(accept: str | None, media_type: str) -> None:
    """Raises ContractError(not-acceptable) where the caller wants none of what is served."""
    if accept is None:
        return
    kind = media_type.partition("/")[0]
    for item in accept.split(","):
        name, *parameters = (part.strip().lower() for part in item.split(";"))
        refused = any(parameter.replace(" ", "") in ("q=0", "q=0.0") for parameter in parameters)
        if name in ("", "*/*", f"{kind}/*", media_type) and not refused:
            return
    raise ContractError(problem("not-acceptable", field="Accept", detail=f"{media_type} is served here"))


def single(request: Request, name: str) -> str | None:
    """A query parameter given at most once. Raises ContractError(bad-parameter)."""
    values = request.query_params.getlist(name)
    if len(values) > 1:
        raise ContractError(
            problem("bad-parameter", field=name, detail=f"{name} is given {len(values)} times")
        )
    return values[0] if values else None


def converted(text: Any, kind: Any, field: str, code: str) -> Any:
    """Text as a type of the contract. Raises ContractError with `code`."""
    try:
        return msgspec.convert(text, kind, strict=False)
    except msgspec.ValidationError as error:
        raise ContractError(problem(code, field=field, detail=f"{field}: {error}")) from None


async def read_body(request: Request, longest: int) -> bytes:
    """The body, read no further than `longest` bytes. Raises ContractError(too-large)."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > longest:
                raise ContractError(problem("too-large", detail=f"at most {longest} bytes are read"))
    except ClientDisconnect:
        raise ContractError(problem("bad-request", detail="the body was cut off")) from None
    return bytes(body)


def decoded(body: bytes, kind: type[T]) -> T:
    """A JSON body as a struct. Raises ContractError(bad-request)."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise ContractError(problem("bad-request", detail=f"the body: {error}")) from None


def parse_range(header: str | None, size: int) -> tuple[int, int] | None:
    """First and past-the-last byte of `bytes=…`; None: send the whole file.

    Several ranges or another unit are ignored, as RFC 9110 §14.2 allows.
    Raises ContractError(range-not-satisfiable).
    """
    unit, _, wanted = (header or "").partition("=")
    first, dash, last = wanted.strip().partition("-")
    if unit.strip().lower() != "bytes" or not dash or not all(t == "" or _digits(t) for t in (first, last)):
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


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18


def seconds_until(wait: float) -> int:
    """Whole seconds for Retry-After, at least one."""
    return max(1, math.ceil(wait))


async def chunks_of(path: Path, start: int, end: int, size: int = 256 * 1024) -> AsyncIterator[bytes]:
    """The bytes [start, end) of a file, read in a thread."""
    async with await anyio.open_file(path, "rb") as file:
        await file.seek(start)
        left = end - start
        while left and (chunk := await file.read(min(size, left))):
            left -= len(chunk)
            yield chunk
