"""The spool: files of packages that are being received or imported, or wait for an operator."""

import asyncio
import os
import shutil
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import msgspec

from myedu.kit.db import Database, fetch_all
from myedu.kit.sql import load_queries

QUERIES = load_queries(__package__, "spool.sql")

KEPT = timedelta(days=14)
"""How long files of an abandoned package stay: time enough to fix what its import failed on."""


def folder_of(spool: Path, system_id: str, export_id: UUID) -> Path:
    """Where a package's files are."""
    return spool / system_id / str(export_id)


def delete_files(spool: Path, system_id: str, export_id: UUID) -> None:
    """Delete a package's files: personal data is not kept twice."""
    shutil.rmtree(folder_of(spool, system_id, export_id), ignore_errors=True)


async def drop_superseded(database: Database, spool: Path, system_id: str, export_id: UUID) -> None:
    """Delete what earlier pulls of a system have left, before another package is fetched.

    So a system that offers a new package at each pull can't fill the disk. Packages that are pushed, or held
    for an operator, stay.
    """
    found = set((spool / system_id).glob("*"))  # before the question: what begins meanwhile stays
    async with database.connection() as conn:
        pushed = await fetch_all(conn, QUERIES.pushed, {"system_id": system_id}, _InSpool)
        waiting = await fetch_all(conn, QUERIES.waiting, None, _InSpool)
    kept = {folder_of(spool, one.system_id, one.export_id) for one in (*pushed, *waiting)}
    kept.add(folder_of(spool, system_id, export_id))
    for folder in found - kept:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def sweep(database: Database, spool: Path, before: datetime) -> int:
    """Delete the files of packages that were last written before a time; how many packages.

    Held packages that an operator can still approve stay.
    """
    async with database.connection() as conn:
        waiting = await fetch_all(conn, QUERIES.waiting, None, _InSpool)
    kept = {folder_of(spool, held.system_id, held.export_id) for held in waiting}
    return await asyncio.to_thread(lambda: sum(1 for _ in _swept(spool, kept, before.timestamp())))


def _swept(spool: Path, kept: Collection[Path], before: float) -> Iterator[Path]:
    for folder in spool.glob("*/*"):
        if folder.is_dir() and folder not in kept and _written(folder) < before:
            shutil.rmtree(folder, ignore_errors=True)
            yield folder


def _written(folder: Path) -> float:
    """When anything in the folder was written last."""
    with os.scandir(folder) as files:
        return max([folder.stat().st_mtime, *(file.stat().st_mtime for file in files)])


class _InSpool(msgspec.Struct):
    system_id: str
    export_id: UUID
