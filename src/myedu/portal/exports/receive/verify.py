"""Checks before a package is read: whose it is, whether it is whole, whether its files match the manifest."""

import hashlib
import stat
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from myedu.contract.package import MANIFEST, Manifest, TableFile, decode_manifest
from myedu.contract.tables import TABLES
from myedu.portal.exports.models import PackageRefused
from myedu.portal.people.models import System

_CHUNK = 1024 * 1024
_MANIFEST_BYTES = 1024 * 1024
_TABLES = 64  # the contract has nine, a later one may have some more
_ROWS = 10**9
PACKAGE_BYTES = 32 * 1024**3
"""Of all files of a package, packed: ten times the largest region."""
_AHEAD = timedelta(days=1)  # more than any time zone offset that was left out


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a package's folder. Raises PackageRefused."""
    path = folder / MANIFEST
    try:
        if _size(path) > _MANIFEST_BYTES:
            raise PackageRefused("bad-manifest", f"{MANIFEST} is larger than {_MANIFEST_BYTES} bytes")
        return decode_manifest(path.read_bytes())
    except OSError:
        raise PackageRefused("no-manifest", f"{folder} has no readable {MANIFEST}: give a package") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PackageRefused("bad-manifest", f"{MANIFEST} can't be read: {error}") from None


def check_manifest(manifest: Manifest, system: System, now: datetime) -> None:
    """Raises PackageRefused for a package of another region, an incomplete one, or one of the future.

    Also for one that is too large, so that nothing of it is fetched.
    """
    _check_size(manifest)
    if manifest.contract.split(".")[0] != "1":
        raise PackageRefused(
            "wrong-contract", f"the package is of contract {manifest.contract}: the portal reads version 1"
        )
    if manifest.region != system.region:
        raise PackageRefused(
            "wrong-region",
            f"the package is of region {manifest.region}, and {system.id} is registered in {system.region}:"
            " correct the manifest's region or the registration",
        )
    names = [file.table for file in manifest.tables]
    files = [file.file for file in manifest.tables]
    if twice := sorted(name for name, times in Counter(names).items() if times > 1):
        raise PackageRefused("table-twice", f"the manifest names {', '.join(twice)} twice: name each once")
    if len(set(files)) < len(files):
        raise PackageRefused("file-twice", "two tables of the manifest name one file: give each its own")
    missing = [name for name in TABLES if name not in names]
    if manifest.mode == "full" and missing:
        raise PackageRefused(
            "missing-table",
            f"a full package needs {', '.join(missing)} too: only a header where there are no rows",
        )
    if (manifest.mode == "delta") is (manifest.base is None):
        raise PackageRefused("bad-base", "a delta names its base, and only a delta does")
    if manifest.created_at > now + _AHEAD:
        raise PackageRefused(
            "not-yet-made",
            f"made at {manifest.created_at.isoformat()}, and it is {now.isoformat()}: all packages until then"
            " would be older than this one; set the clock and make it again",
        )


def _check_size(manifest: Manifest) -> None:
    if len(manifest.tables) > _TABLES:
        raise PackageRefused(
            "too-many-tables",
            f"the manifest names {len(manifest.tables)} tables: leave out what the contract lacks",
        )
    if sum(file.bytes for file in manifest.tables) > PACKAGE_BYTES:
        raise PackageRefused(
            "too-large", f"the package has more than {PACKAGE_BYTES} bytes: split the region"
        )
    if sum(file.rows for file in manifest.tables) > _ROWS:
        raise PackageRefused("too-large", f"the package has more than {_ROWS} rows: split the region")


def check_file(folder: Path, file: TableFile) -> None:
    """Raises PackageRefused for an absent file, and for another size or SHA-256 than the manifest's."""
    path = folder / file.file
    try:
        size = _size(path)
    except OSError:
        raise PackageRefused(
            "missing-file", f"{file.file} is not in the package, or is no file: send it whole"
        ) from None
    if size != file.bytes:
        raise PackageRefused(
            "wrong-size",
            f"{file.file} has {size} bytes, the manifest says {file.bytes}: send it again, it was cut",
        )
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    if digest.hexdigest() != file.sha256:
        raise PackageRefused(
            "wrong-sum", f"{file.file} has another sha256 than the manifest says: send the package again"
        )


def _size(path: Path) -> int:
    """Of a regular file. Raises OSError for a link, a folder or a pipe, which may never end."""
    found = path.lstat()
    if not stat.S_ISREG(found.st_mode):
        raise OSError(f"{path} is not a regular file")
    return found.st_size
