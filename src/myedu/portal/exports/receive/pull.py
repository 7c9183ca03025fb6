"""Fetches a package from a journal: file by file, each continued where an earlier attempt was cut."""

from pathlib import Path

import msgspec

from myedu.connector.sdk.client import JournalClient
from myedu.contract.package import MANIFEST, Manifest
from myedu.portal.exports.models import Progress, no_progress


async def fetch_package(
    client: JournalClient, manifest: Manifest, spool: Path, progress: Progress = no_progress
) -> Path:
    """The package's folder, in the folder `spool` of its system.

    The manifest is written last: then it is whole.
    """
    folder = spool / str(manifest.export_id)
    folder.mkdir(parents=True, exist_ok=True)
    done, total = 0, sum(file.bytes for file in manifest.tables)
    for file in manifest.tables:
        progress("fetch", done, total)
        target = folder / file.file
        if not target.exists():
            await client.export_file(manifest.export_id, file, target)
        done += file.bytes
    progress("fetch", done, total)
    (folder / MANIFEST).write_bytes(msgspec.json.encode(manifest))
    return folder
