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
