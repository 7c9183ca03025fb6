"""An export package: `manifest.json` and one file a table."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec

from myedu.contract import CONTRACT_VERSION
from myedu.contract.answers import SystemInfo
from myedu.contract.tables import RegionCode
from myedu.contract.wire import Instant, Wire

MANIFEST = "manifest.json"
FILE_SUFFIXES = (".csv", ".csv.gz", ".csv.zst", ".parquet")

FileName = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[A-Za-z0-9_]{1,64}(\.csv|\.csv\.gz|\.csv\.zst|\.parquet)$", description="no folders"
    ),
]


class TableFile(Wire, frozen=True, kw_only=True, omit_defaults=False):
    table: str
    file: FileName
    rows: Annotated[int, msgspec.Meta(ge=0)]
    bytes: Annotated[int, msgspec.Meta(ge=0)]
    sha256: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]


class Manifest(Wire, frozen=True, kw_only=True, omit_defaults=False):
    """`mode="delta"` names in `base` the export that it builds on."""

    region: RegionCode
    system: SystemInfo
    export_id: UUID
    mode: Literal["full", "delta"]
    created_at: Instant
    tables: tuple[TableFile, ...]
    base: UUID | None = None
    contract: str = CONTRACT_VERSION
