"""Files: attachments behind short-lived signed links, and the files of export packages with Range."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

import anyio.to_thread
import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from myedu.connector.sdk.act import log_act
from myedu.connector.sdk.calls import Call, Service, ask, encode_checked, found, path_id
from myedu.connector.sdk.export import latest_package, read_manifest
from myedu.connector.sdk.http import PRIVATE, chunks_of, json_answer, matches, parse_range, problem_response
from myedu.connector.sdk.system import FileContent, call
from myedu.contract.answers import FileLink
from myedu.contract.package import TableFile
from myedu.contract.problems import ContractError, problem
from myedu.contract.wire import Id

CONTENT_PATH = "/v1/file-content/{file_id:path}"
LINK_SECONDS = 600
"""Long enough to open what was just clicked on, short enough to be useless when it is passed on."""


# -- attachments ---------------------------------------------------------------------------------


async def file_link(asked: Call) -> Response:
    file_id = path_id(asked, "file_id")
    log_act(asked.claims, asked.caller, asked.method.name, file_id)
    content: FileContent = await ask(asked, "file", file_id)
    service = asked.service
    # whole minutes: the link, and with it the ETag, stays the same for a while
    expires = service.clock.now().replace(second=0, microsecond=0) + timedelta(seconds=LINK_SECONDS)
    until = int(expires.timestamp())
    signature = _signature(service.link_key, file_id, until)
    path = f"/v1/file-content/{quote(file_id, safe='')}"
    link = FileLink(
        url=f"{service.base_url}{path}?until={until}&signature={signature}",
        expires_at=expires,
        name=content.name,
        media_type=content.media_type,
        size=await _size(content.content),
    )
    return json_answer(asked.request, encode_checked(asked, link, {}))


async def file_content(service: Service, request: Request) -> Response:
    """The bytes, for whoever holds a link that is signed and not expired. Anything else is 404."""
    file_id = request.path_params["file_id"]
    until, signature = (request.query_params.get(name, "") for name in ("until", "signature"))
    if not (until.isascii() and until.isdigit() and len(until) <= 12):
        raise ContractError(problem("not-found"))
    signed = hmac.compare_digest(
        signature.encode(), _signature(service.link_key, file_id, int(until)).encode()
    )
    if not signed or service.clock.now() >= datetime.fromtimestamp(int(until), UTC):
        raise ContractError(problem("not-found"))
    content: FileContent = found(await call(service.system.file, msgspec.convert(file_id, Id)))
    headers = {
        # never shown in place: a vendor's file must not run as a page of this address
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(content.name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "private, no-store",
    }
    if isinstance(content.content, bytes):
        return Response(content.content, headers=headers, media_type=content.media_type)
    size = await _size(content.content)
    headers["Content-Length"] = str(size)
    return StreamingResponse(
        chunks_of(content.content, 0, size), headers=headers, media_type=content.media_type
    )


def _signature(key: bytes, file_id: str, until: int) -> str:
    return hmac.new(key, f"file\n{file_id}\n{until}".encode(), hashlib.sha256).hexdigest()


async def _size(content: bytes | Path) -> int:
    if isinstance(content, bytes):
        return len(content)
    return (await anyio.to_thread.run_sync(content.stat)).st_size


# -- export packages -----------------------------------------------------------------------------


async def latest_export(asked: Call) -> Response:
    folder = asked.service.exports
    manifest = found(await anyio.to_thread.run_sync(latest_package, folder) if folder else None)
    return json_answer(asked.request, encode_checked(asked, manifest, {}))


async def export_file(asked: Call) -> Response:
    """One file of a package. Bytes never change under one address, so the tag is strong: the sum."""
    path, entry = await anyio.to_thread.run_sync(_entry, asked)
    etag = f'"{entry.sha256}"'
    headers = {"ETag": etag, "Accept-Ranges": "bytes", "Cache-Control": PRIVATE}
    request = asked.request
    if matches(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    wanted = request.headers.get("range")
    if request.headers.get("if-range", etag) != etag:
        wanted = None  # the caller's beginning is of another file: send the whole
    try:
        part = parse_range(wanted, entry.bytes)
    except ContractError as error:
        return problem_response(error.problem, {"Content-Range": f"bytes */{entry.bytes}"})
    start, end = part or (0, entry.bytes)
    headers["Content-Length"] = str(end - start)
    if part is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{entry.bytes}"
    return StreamingResponse(
        chunks_of(path, start, end),
        206 if part else 200,
        headers=headers,
        media_type="application/octet-stream",
    )


def _entry(asked: Call) -> tuple[Path, TableFile]:
    """The file that a manifest names: nothing else in the folder is ever opened."""
    assert asked.service.exports is not None
    params = asked.request.path_params
    try:
        export_id = UUID(params["export_id"])
    except ValueError:
        raise ContractError(problem("not-found")) from None
    package = asked.service.exports / str(export_id)
    manifest = found(read_manifest(package))
    entry: TableFile = found(next((one for one in manifest.tables if one.file == params["file"]), None))
    return package / entry.file, entry
