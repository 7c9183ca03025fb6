"""Where export packages lie while they are taken in."""

from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta


class ExportSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What receiving packages needs."""

    spool: Annotated[
        Path,
        Meta(
            description="Folder for export packages while they are taken in;"
            " abandoned packages are removed after 14 days."
        ),
    ] = Path(".run/spool")
