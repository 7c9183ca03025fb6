"""Writes export packages of a federal journal from its file of people."""

from datetime import datetime
from pathlib import Path

from myedu.connector.adapters.adapter_journal import AdapterJournal
from myedu.connector.adapters.fgis.models import People
from myedu.connector.simple.export import write_export
from myedu.connector.simple.journal import Rows
from myedu.contract.answers import SystemInfo
from myedu.contract.package import Manifest
from myedu.contract.placeholders import filled
from myedu.contract.tables import required_columns


class PeopleTables(AdapterJournal):
    """The export of a file of people; FgisSystem serves the days."""

    def __init__(self, people: People, info: SystemInfo, time_zone: str) -> None:
        self._people = people
        self.vendor, self.product, self.version = info.vendor, info.product, info.version
        self.region, self.time_zone = people.region, time_zone

    def table(self, name: str) -> Rows:
        """The rows of the file without placeholders, none for a table that it lacks."""
        required = required_columns(name)
        return [
            {
                column: filled(value) if isinstance(value, str) and column not in required else value
                for column, value in row.items()
            }
            for row in self._people.rows(name)
        ]


def write_package_of(
    people: People, info: SystemInfo, time_zone: str, folder: Path, now: datetime
) -> Manifest:
    """Write a delta on the last package by comparing, or a full package. Raises ExportError, WrongRows."""
    return write_export(PeopleTables(people, info, time_zone), folder, now=now)
