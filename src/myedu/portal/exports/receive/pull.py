"""Fetches a package from a journal: file by file, each continued where an earlier attempt was cut."""

from pathlib import Path

import msgspec

from myedu.connector.sdk.client import JournalClient
from myedu.contract.package import MANIFEST, Manifest
from myedu.contract.tables import TABLES
from myedu.kit.private_files import make_private_folder, write_private
from myedu.portal.exports.models import Progress, no_progress


async def fetch_package(
    client: JournalClient, manifest: Manifest, folder: Path, spool: Path, progress: Progress = no_progress
) -> None:
    """Fetch the tables of the contract into the package's folder in the spool.

    The manifest is written last: then the package is whole.
    """
    make_private_folder(folder, spool)
    files = [file for file in manifest.tables if file.table in TABLES]
    done, total = 0, sum(file.bytes for file in files)
    for file in files:
        progress("fetch", done, total)
        target = folder / file.file
        if not target.exists():
            await client.export_file(manifest.export_id, file, target)
        done += file.bytes
    progress("fetch", done, total)
    write_private(folder / MANIFEST, msgspec.json.encode(manifest))
