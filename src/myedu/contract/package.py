"""An export package: `manifest.json` and one file a table."""

import re
from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from myedu.contract import CONTRACT_VERSION
from myedu.contract.answers import SystemInfo
from myedu.contract.tables import RegionCode
from myedu.contract.wire import Instant, Wire

MANIFEST = "manifest.json"

FileName = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[A-Za-z0-9_]{1,64}(\.csv|\.csv\.gz|\.csv\.zst|\.parquet)$", description="no folders"
    ),
]


_BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff", b"{\x00", b"\x00{")
_CAPITAL_HEX = re.compile(rb'"sha256"\s*:\s*"[0-9a-fA-F]{0,63}[A-F]')
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
# Any database can store instants between these.
_CREATED = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))


class TableFile(Wire, frozen=True, kw_only=True, omit_defaults=False):
    """The file of one table; `rows` without the header."""

    table: str
    file: FileName
    rows: Annotated[int, msgspec.Meta(ge=0)]
    bytes: Annotated[int, msgspec.Meta(ge=0)]
    sha256: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]


class Manifest(Wire, frozen=True, kw_only=True, omit_defaults=False):
    """What a package holds. A delta names in `base` the export that it builds on."""

    region: RegionCode
    system: SystemInfo
    export_id: UUID
    mode: Literal["full", "delta"]
    created_at: Instant
    tables: tuple[TableFile, ...]
    base: UUID | None = None
    contract: str = CONTRACT_VERSION

    def __post_init__(self) -> None:
        """Checks what a schema can't say. Raises ValueError, which a decoder reports like any other error."""
        if not _CREATED[0] <= self.created_at <= _CREATED[1]:
            raise ValueError("created_at must lie between the years 2000 and 2200")
        about = (self.contract, self.system.vendor, self.system.product, self.system.version)
        texts = (*about, *(text for file in self.tables for text in (file.table, file.file)))
        if any(_CONTROL.search(text) for text in texts):
            raise ValueError("no control characters in the texts of a manifest")


def decode_manifest(body: bytes) -> Manifest:
    """A manifest of JSON in UTF-8, with a BOM or without.

    Raises msgspec.DecodeError, whose text says what to write otherwise, UnicodeDecodeError, RecursionError.
    """
    if body.startswith(_UTF_16):
        raise msgspec.DecodeError("it is in UTF-16: write it in UTF-8 (in PowerShell with -Encoding utf8)")
    try:
        return msgspec.json.decode(body.removeprefix(_BOM), type=Manifest)
    except msgspec.ValidationError as error:
        if _CAPITAL_HEX.search(body):
            raise msgspec.DecodeError(f"write sha256 in small letters: {error}") from None
        raise
