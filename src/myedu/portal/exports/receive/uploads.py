"""A package that its vendor pushes: the manifest first, then its files in parts, then that it is complete.

Files are in the spool like those of a pulled package, `<file>.part` until they are whole and their SHA-256 is
right, so the import is the same for both.
"""

import asyncio
import fcntl
import hashlib
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import msgspec
from psycopg import AsyncConnection

from myedu.contract.package import MANIFEST, Manifest, TableFile
from myedu.kit.db import fetch_all, fetch_one, fetch_value
from myedu.kit.private_files import make_private_folder, open_private, write_private
from myedu.kit.sql import load_queries
from myedu.portal.exports.receive.spool import delete_files, folder_of
from myedu.portal.exports.receive.verify import check_manifest
from myedu.portal.people.models import System

QUERIES = load_queries(__package__, "uploads.sql")

_BUFFER = 1024 * 1024
_CHUNK = 1024 * 1024


class PushRefused(Exception):
    """The vendor's program must do something differently; `code` is for it, the sentence for its developer.

    `status`: of the HTTP answer.
    """

    def __init__(self, code: str, status: int, sentence: str) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code, self.status, self.sentence = code, status, sentence


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """A package that is being pushed. `completed_at`: when its vendor said that it is complete."""

    manifest: Manifest
    completed_at: datetime | None = None


class FileState(msgspec.Struct, frozen=True, kw_only=True):
    """How many bytes of a file have been received. `whole`: all of them, and the SHA-256 is right."""

    file: str
    received: int
    bytes: int
    whole: bool


async def begin(
    conn: AsyncConnection, spool: Path, system: System, manifest: Manifest, now: datetime
) -> bool:
    """Note a package; False if it was noted before. Raises PackageRefused, PushRefused.

    A system pushes one package at a time: its unfinished ones are deleted, so that the disk can't be filled.
    """
    check_manifest(manifest, system, now)
    folder = folder_of(spool, system.id, manifest.export_id)
    key = {"system_id": system.id, "export_id": manifest.export_id}
    about = {**key, "manifest": msgspec.json.encode(manifest).decode(), "now": now}
    if await fetch_value(conn, QUERIES.begin_upload, about) is None:
        before = await fetch_one(conn, QUERIES.upload, key, Upload)
        if before is None or before.manifest != manifest:
            raise PushRefused(
                "other-manifest",
                409,
                f"{manifest.export_id} was begun with another manifest: give what changed a new export_id",
            )
        if before.completed_at is None:
            make_private_folder(folder, spool)  # a spool that was emptied
        return False
    for dropped in await fetch_all(conn, QUERIES.drop_unfinished, key, _Dropped):
        await asyncio.to_thread(delete_files, spool, system.id, dropped.export_id)
    make_private_folder(folder, spool)
    return True


async def upload(conn: AsyncConnection, system_id: str, export_id: UUID) -> Upload | None:
    """A package that was begun."""
    return await fetch_one(conn, QUERIES.upload, {"system_id": system_id, "export_id": export_id}, Upload)


async def complete(conn: AsyncConnection, spool: Path, system_id: str, upload: Upload, now: datetime) -> bool:
    """The vendor says that it is complete; False if that was said before.

    Raises PushRefused if files are missing.
    """
    if upload.completed_at is not None:
        return False
    manifest = upload.manifest
    folder = folder_of(spool, system_id, manifest.export_id)
    states = [file_state(folder, file) for file in manifest.tables]
    if missing := [state.file for state in states if not state.whole]:
        raise PushRefused("not-whole", 409, f"not whole yet: {', '.join(missing)}; send the rest of them")
    write_private(folder / MANIFEST, msgspec.json.encode(manifest))
    key = {"system_id": system_id, "export_id": manifest.export_id, "now": now}
    return await fetch_value(conn, QUERIES.complete_upload, key) is not None


def file_state(folder: Path, file: TableFile) -> FileState:
    """How much of a file is in the folder."""
    if (folder / file.file).exists():
        return FileState(file=file.file, received=file.bytes, bytes=file.bytes, whole=True)
    part = _part(folder, file)
    size = part.stat().st_size if part.exists() else 0
    return FileState(file=file.file, received=size, bytes=file.bytes, whole=False)


async def write_part(
    folder: Path, file: TableFile, first: int, length: int, chunks: AsyncIterator[bytes]
) -> FileState:
    """Append `length` bytes that begin at `first`; what came before a broken connection stays.

    After the last byte the SHA-256 is compared: a file that differs from its manifest has to be sent again.
    Raises PushRefused.
    """
    if file_state(folder, file).whole:
        return file_state(folder, file)
    if first + length > file.bytes:
        raise PushRefused(
            "too-large", 413, f"{file.file} has {file.bytes} bytes by its manifest: send no more"
        )
    with _opened(folder, file) as target:
        _lock(target, file)
        if (size := target.tell()) != first:
            raise PushRefused("wrong-offset", 409, f"{size} bytes of {file.file} are here: go on from there")
        await _append(target, chunks, length, file)
        if target.tell() == file.bytes:
            await _finish(folder, file)
    return file_state(folder, file)


def _opened(folder: Path, file: TableFile) -> BinaryIO:
    try:
        return open(_part(folder, file), "ab", opener=open_private)
    except FileNotFoundError:
        raise PushRefused(
            "not-found", 404, f"nothing of {folder.name} is here any more: begin with its manifest"
        ) from None


async def _append(target: Any, chunks: AsyncIterator[bytes], length: int, file: TableFile) -> None:
    """The buffer is written even if the stream breaks off."""
    buffer, left = bytearray(), length
    try:
        async for chunk in chunks:
            left -= len(chunk)
            if left < 0:
                raise PushRefused(
                    "too-large", 413, f"the body of {file.file} is longer than its Content-Range"
                )
            buffer += chunk
            if len(buffer) >= _BUFFER:
                await asyncio.to_thread(target.write, bytes(buffer))
                buffer.clear()
    finally:
        target.write(buffer)
        target.flush()
    if left:
        raise PushRefused(
            "cut", 400, f"the body of {file.file} is shorter than its Content-Range: ask and go on"
        )


async def _finish(folder: Path, file: TableFile) -> None:
    part = _part(folder, file)
    if await asyncio.to_thread(_sum_of, part) != file.sha256:
        part.unlink()
        raise PushRefused(
            "wrong-sum", 422, f"{file.file} has another sha256 than its manifest says: send it from the start"
        )
    part.replace(folder / file.file)


def _lock(target: Any, file: TableFile) -> None:
    """One writer a file, over all processes; closing the file releases the lock."""
    try:
        fcntl.flock(target, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise PushRefused(
            "busy", 409, f"{file.file} is being sent by another request: wait, ask, go on"
        ) from None


def _part(folder: Path, file: TableFile) -> Path:
    return folder / f"{file.file}.part"


def _sum_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


class _Dropped(msgspec.Struct):
    export_id: UUID
