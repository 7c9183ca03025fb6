"""/exchange: a vendor's program pushes packages and reads what became of them."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs
from uuid import UUID

import msgspec
from litestar import Response, Router, get, head, post, put
from litestar.exceptions import InternalServerException
from litestar.params import FromPath
from litestar.response import Stream
from psycopg import AsyncConnection

from myedu.connector.sdk.oauth import OAuthRefusal
from myedu.contract.package import TableFile, decode_manifest
from myedu.kit.web.responses import AnyRequest, csv_file, json_response
from myedu.portal.context import AppContext, FromContext
from myedu.portal.exports import audit_lines, queue, service
from myedu.portal.exports.models import PackageRefused
from myedu.portal.exports.receive import uploads, vendors
from myedu.portal.exports.receive.spool import folder_of
from myedu.portal.exports.receive.uploads import FileState, PushRefused, Upload
from myedu.portal.exports.web_answers import (
    no_token,
    nothing_there,
    offset_of,
    package_refused,
    push_refused,
)
from myedu.portal.people import service as people
from myedu.portal.people.models import Place

PREFIX = "/exchange/"
TOKEN_PATH = f"{PREFIX}oauth2/token"
_FORM_BYTES = 16 * 1024
_MANIFEST_BYTES = 1024 * 1024
_STATES = {"received": "working"}  # as vendors see them
_CONTENT_RANGE = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15})")


class PackageState(msgspec.Struct, frozen=True, kw_only=True):
    """A pushed package. state: uploading, queued, working, applied, held, refused or rolled-back.

    `code` and `reason` say why it isn't applied.
    """

    export_id: UUID
    state: str
    code: str | None = None
    reason: str | None = None
    files: tuple[FileState, ...] = ()


@post("/oauth2/token", request_max_body_size=_FORM_BYTES, status_code=200)
async def token(request: AnyRequest, context: FromContext) -> Response[bytes]:
    """client_credentials with private_key_jwt: client_id is the system's id, `aud` this address."""
    token_url = f"{context.base_url}{TOKEN_PATH}"
    form = _fields(await request.body())
    async with context.database.transaction() as conn:
        granted = await vendors.grant(conn, form, token_url, context.clock.now())
    return json_response(granted)


@post("/v1/packages", request_max_body_size=_MANIFEST_BYTES)
async def begin(request: AnyRequest, context: FromContext) -> Response[bytes]:
    """The manifest; sending it again gives the same state."""
    system_id = await _vendor(request, context)
    try:
        manifest = decode_manifest(await request.body())
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise PushRefused("bad-manifest", 400, f"the manifest can't be read: {error}") from None
    async with context.database.transaction() as conn:
        system = await people.system(conn, system_id)
        assert system is not None  # its key refers to it
        created = await uploads.begin(conn, _spool(context), system, manifest, context.clock.now())
        state = await _state(
            conn, context, system_id, Upload(manifest=manifest) if created else None, manifest.export_id
        )
    return json_response(state, status=201 if created else 200)


@get("/v1/packages/{export_id:uuid}")
async def state(request: AnyRequest, context: FromContext, export_id: FromPath[UUID]) -> Response[bytes]:
    """How much of each file was received, and what became of the package."""
    system_id = await _vendor(request, context)
    async with context.database.connection() as conn:
        return json_response(await _state(conn, context, system_id, None, export_id))


@head("/v1/packages/{export_id:uuid}/{file:str}")
async def received(
    request: AnyRequest, context: FromContext, export_id: FromPath[UUID], file: FromPath[str]
) -> Response[None]:
    """How many bytes of a file were received."""
    _, _, one = await _file(request, context, export_id, file)
    return Response(None, headers=offset_of(one), status_code=200)


@put("/v1/packages/{export_id:uuid}/{file:str}", request_max_body_size=None)
async def part(
    request: AnyRequest, context: FromContext, export_id: FromPath[UUID], file: FromPath[str]
) -> Response[bytes]:
    """The next bytes of a file, by Content-Range; without it the whole file at once."""
    system_id, entry, one = await _file(request, context, export_id, file)
    if not one.whole:
        first, length = _content_range(request.headers.get("content-range"), entry)
        folder = folder_of(_spool(context), system_id, export_id)
        one = await uploads.write_part(folder, entry, first, length, _body(request))
    return json_response(one, headers=offset_of(one))


@post("/v1/packages/{export_id:uuid}/complete", status_code=202)
async def complete(request: AnyRequest, context: FromContext, export_id: FromPath[UUID]) -> Response[bytes]:
    """All files are complete: queue the package. Sending it again changes nothing."""
    system_id, now = await _vendor(request, context), context.clock.now()
    async with context.database.transaction() as conn:
        upload = await _upload(conn, system_id, export_id)
        if await uploads.complete(conn, _spool(context), system_id, upload, now):
            await queue.enqueue(conn, system_id, queue.ImportJob(way="push", export_id=export_id))
            place = Place(upload.manifest.region, system_id)
            await audit_lines.note(conn, "export.push", place, now, actor="vendor", export_id=str(export_id))
        return json_response(await _state(conn, context, system_id, None, export_id), status=202)


@get("/v1/packages/{export_id:uuid}/report")
async def report(request: AnyRequest, context: FromContext, export_id: FromPath[UUID]) -> Response[bytes]:
    """What became of a package, table by table, with its problems counted."""
    system_id = await _vendor(request, context)
    async with context.database.connection() as conn:
        found = await service.report(conn, system_id, export_id)
    if found is None:
        raise nothing_there()
    return json_response(found)


@get("/v1/packages/{export_id:uuid}/problems.csv")
async def problems(request: AnyRequest, context: FromContext, export_id: FromPath[UUID]) -> Stream:
    """Every problem of every row, in the order of the files."""
    system_id = await _vendor(request, context)
    async with context.database.connection() as conn:
        if await service.report(conn, system_id, export_id) is None:
            raise nothing_there()
    pieces = service.problems_file(context.database, system_id, export_id)
    return csv_file(f"problems-{export_id}.csv", pieces)


async def _vendor(request: AnyRequest, context: AppContext) -> str:
    """The system whose token the request has."""
    async with context.database.connection() as conn:
        system_id = await vendors.system_of(conn, request.headers.get("authorization"), context.clock.now())
    if system_id is None:
        raise PushRefused("unauthorized", 401, f"send Authorization: Bearer with a token of {TOKEN_PATH}")
    return system_id


async def _upload(conn: AsyncConnection, system_id: str, export_id: UUID) -> Upload:
    found = await uploads.upload(conn, system_id, export_id)
    if found is None:
        raise nothing_there()
    return found


async def _file(
    request: AnyRequest, context: AppContext, export_id: UUID, file: str
) -> tuple[str, TableFile, FileState]:
    """Whose file it is, what its manifest says, how much of it is here."""
    system_id = await _vendor(request, context)
    async with context.database.connection() as conn:
        upload = await _upload(conn, system_id, export_id)
    entry = _entry(upload, file)
    return system_id, entry, _file_state(context, system_id, upload, entry)


def _entry(upload: Upload, file: str) -> TableFile:
    for entry in upload.manifest.tables:
        if entry.file == file:
            return entry
    raise nothing_there()


def _file_state(context: AppContext, system_id: str, upload: Upload, entry: TableFile) -> FileState:
    if upload.completed_at is not None:  # its files may be imported and deleted
        return FileState(file=entry.file, received=entry.bytes, bytes=entry.bytes, whole=True)
    folder = folder_of(_spool(context), system_id, upload.manifest.export_id)
    return uploads.file_state(folder, entry)


async def _state(
    conn: AsyncConnection, context: AppContext, system_id: str, upload: Upload | None, export_id: UUID
) -> PackageState:
    upload = upload or await _upload(conn, system_id, export_id)
    known = await service.report(conn, system_id, export_id)
    became = "queued" if known is None else _STATES.get(known.state, known.state)
    done = known if upload.completed_at else None
    return PackageState(
        export_id=export_id,
        state=became if upload.completed_at else "uploading",
        code=done.code if done else None,
        reason=done.reason if done else None,
        files=tuple(_file_state(context, system_id, upload, entry) for entry in upload.manifest.tables),
    )


def _spool(context: AppContext) -> Path:
    return service.spool_of(context.settings)


def _content_range(header: str | None, entry: TableFile) -> tuple[int, int]:
    """First byte and number of bytes."""
    if header is None:
        return 0, entry.bytes
    match = _CONTENT_RANGE.fullmatch(header.strip())
    first, last, total = (int(group) for group in match.groups()) if match else (1, 0, 0)
    if match is None or first > last:
        raise PushRefused("bad-range", 400, "Content-Range must be `bytes first-last/total`")
    if total != entry.bytes:
        raise PushRefused(
            "bad-range", 400, f"{entry.file} has {entry.bytes} bytes by its manifest, not {total}"
        )
    return first, last - first + 1


async def _body(request: AnyRequest) -> AsyncIterator[bytes]:
    try:
        async for chunk in request.stream():
            yield chunk
    except InternalServerException:  # Litestar raises it when the client has gone: it asks later and goes on
        raise PushRefused("cut", 400, "the connection broke off: ask how much is here and go on") from None


def _fields(body: bytes) -> dict[str, str]:
    try:
        fields = parse_qs(body.decode("ascii"), max_num_fields=20)
    except ValueError:
        raise OAuthRefusal("invalid_request", "send application/x-www-form-urlencoded") from None
    if any(len(values) > 1 for values in fields.values()):
        raise OAuthRefusal("invalid_request", "a parameter is given twice")
    return {name: values[0] for name, values in fields.items()}


ROUTES = [
    Router(
        PREFIX.rstrip("/"),
        route_handlers=[token, begin, state, received, part, complete, report, problems],
        exception_handlers={
            PushRefused: push_refused,
            PackageRefused: package_refused,
            OAuthRefusal: no_token,
        },
    )
]
