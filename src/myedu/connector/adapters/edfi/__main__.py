"""`myedu connector serve edfi --folder FOLDER --region 25 …`: serves the contract over an Ed-Fi district."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from myedu.connector.adapters import program
from myedu.connector.adapters.edfi.files import EdFiError
from myedu.connector.adapters.edfi.system import TIME_ZONE, EdFiJournal
from myedu.connector.commands.settings import ServingSettings
from myedu.connector.simple.export import write_export
from myedu.contract.package import Manifest
from myedu.contract.tables import RegionCode
from myedu.kit.clock import SystemClock


class EdFiSettings(ServingSettings, frozen=True, kw_only=True):
    """Where the files are, and what the format doesn't say."""

    folder: Annotated[Path, Meta(description="Folder of bulk files, *.xml or *.xml.gz.")]
    region: Annotated[RegionCode, Meta(description="Two-digit code of the region, for the export.")]
    time_zone: Annotated[str, Meta(description="IANA zone of the district.")] = TIME_ZONE


def journal_of(settings: EdFiSettings) -> EdFiJournal:
    """The journal over the district's files. Raises AdapterError."""
    try:
        return EdFiJournal(settings.folder, region=settings.region, time_zone=settings.time_zone)
    except EdFiError as error:
        raise program.AdapterError(str(error)) from error


def _export(settings: EdFiSettings) -> Manifest:
    return write_export(journal_of(settings), settings.exports, now=SystemClock().now())


ADAPTER = program.Adapter("edfi", EdFiSettings, journal_of, _export)


def main(arguments: Sequence[str]) -> int:
    """The exit status: 0, or 2 with the reason on stderr."""
    return program.run(ADAPTER, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
