"""Files: attachments behind short-lived signed links, and files of export packages with Range."""

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
from myedu.connector.sdk.export import latest_package, read_manifest
from myedu.connector.sdk.file_chunks import file_chunks
from myedu.connector.sdk.http_semantics import (
    PRIVATE,
    json_answer,
    matches_etag,
    parse_range,
    problem_response,
)
from myedu.connector.sdk.request_context import (
    RequestContext,
    ServerContext,
    encode_checked,
    implemented,
    path_id,
    require_found,
)
from myedu.connector.sdk.system import FileContent, call_vendor
from myedu.contract.answers import FileLink
from myedu.contract.package import TableFile
from myedu.contract.problems import ContractError, problem
from myedu.contract.wire import Id

CONTENT_PATH = "/v1/file-content/{file_id:path}"
LINK_SECONDS = 600
"""Long enough to open a file just clicked, short enough to be useless once the link is passed on."""


# -- attachments ---------------------------------------------------------------------------------


async def file_link(context: RequestContext) -> Response:
    """A signed link to an attachment, valid for nine to ten minutes."""
    file_id = path_id(context, "file_id")
    log_act(context.claims, context.caller, context.method.name, file_id)
    server = context.server
    content = await _vendor_file(server, file_id)
    # whole minutes, so that the link and its ETag stay the same for a while
    expires = server.clock.now().replace(second=0, microsecond=0) + timedelta(seconds=LINK_SECONDS)
    until = int(expires.timestamp())
    signature = _signature(server.link_key, file_id, until)
    path = f"/v1/file-content/{quote(file_id, safe='')}"
    link = FileLink(
        url=f"{server.base_url}{path}?until={until}&signature={signature}",
        expires_at=expires,
        name=content.name,
        media_type=content.media_type,
        size=await _size(content.content),
    )
    return json_answer(context.request, encode_checked(context, link, {}))


async def file_content(server: ServerContext, request: Request) -> Response:
    """The bytes of an attachment for a signed, unexpired link, without a token. Anything else is 404."""
    file_id = request.path_params["file_id"]
    until, signature = (request.query_params.get(name, "") for name in ("until", "signature"))
    if not (until.isascii() and until.isdigit() and len(until) <= 12):
        raise ContractError(problem("not-found"))
    is_signed = hmac.compare_digest(
        signature.encode(), _signature(server.link_key, file_id, int(until)).encode()
    )
    if not is_signed or server.clock.now() >= datetime.fromtimestamp(int(until), UTC):
        raise ContractError(problem("not-found"))
    content = await _vendor_file(server, msgspec.convert(file_id, Id))
    headers = {
        # never shown inline: a vendor's file must not run as a page of this site
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
        file_chunks(content.content, 0, size), headers=headers, media_type=content.media_type
    )


async def _vendor_file(server: ServerContext, file_id: str) -> FileContent:
    return require_found(await call_vendor(implemented(server.parts.files).file, file_id))


def _signature(key: bytes, file_id: str, until: int) -> str:
    return hmac.new(key, f"file\n{file_id}\n{until}".encode(), hashlib.sha256).hexdigest()


async def _size(content: bytes | Path) -> int:
    if isinstance(content, bytes):
        return len(content)
    return (await anyio.to_thread.run_sync(content.stat)).st_size


# -- export packages -----------------------------------------------------------------------------


async def latest_export(context: RequestContext) -> Response:
    """The manifest of the newest package; 404 if there is none."""
    folder = context.server.exports
    manifest = require_found(await anyio.to_thread.run_sync(latest_package, folder) if folder else None)
    return json_answer(context.request, encode_checked(context, manifest, {}))


async def export_file(context: RequestContext) -> Response:
    """One file of a package, with Range. Its bytes never change, so the ETag is strong: the SHA-256."""
    path, entry = await anyio.to_thread.run_sync(_entry, context)
    etag = f'"{entry.sha256}"'
    headers = {"ETag": etag, "Accept-Ranges": "bytes", "Cache-Control": PRIVATE}
    request = context.request
    if matches_etag(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    requested = request.headers.get("range")
    if request.headers.get("if-range", etag) != etag:
        requested = None  # the caller has the start of another file: send it all
    try:
        part = parse_range(requested, entry.bytes)
    except ContractError as error:
        return problem_response(error.problem, {"Content-Range": f"bytes */{entry.bytes}"})
    start, end = part or (0, entry.bytes)
    headers["Content-Length"] = str(end - start)
    if part is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{entry.bytes}"
    return StreamingResponse(
        file_chunks(path, start, end),
        206 if part else 200,
        headers=headers,
        media_type="application/octet-stream",
    )


def _entry(context: RequestContext) -> tuple[Path, TableFile]:
    """The path and the entry of a file that the manifest lists: no other file is ever opened."""
    assert context.server.exports is not None
    params = context.request.path_params
    try:
        export_id = UUID(params["export_id"])
    except ValueError:
        raise ContractError(problem("not-found")) from None
    package = context.server.exports / str(export_id)
    manifest = require_found(read_manifest(package))
    entry = require_found(next((file for file in manifest.tables if file.file == params["file"]), None))
    return package / entry.file, entry
