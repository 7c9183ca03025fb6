"""The export of a federal journal: the tables of the file of its people."""

from datetime import datetime
from pathlib import Path
from typing import Any

from myedu.connector.adapters.fgis.models import People
from myedu.connector.simple import SimpleJournal
from myedu.connector.simple.export import write_export
from myedu.contract.answers import SystemInfo
from myedu.contract.package import Manifest


class PeopleTables(SimpleJournal):
    """The file as the SDK's exporter wants it; days are FgisSystem's part."""

    def __init__(self, people: People, info: SystemInfo, time_zone: str) -> None:
        self._people = people
        self.vendor, self.product, self.version = info.vendor, info.product, info.version
        self.region, self.time_zone = people.region, time_zone

    def organizations(self) -> Any:
        return self._people.rows("organizations")

    def periods(self) -> Any:
        return self._people.rows("periods")

    def groups(self) -> Any:
        return self._people.rows("groups")

    def subjects(self) -> Any:
        return self._people.rows("subjects")

    def persons(self) -> Any:
        return self._people.rows("persons")

    def enrollments(self) -> Any:
        return self._people.rows("enrollments")

    def guardianships(self) -> Any:
        return self._people.rows("guardianships")

    def staff(self) -> Any:
        return self._people.rows("staff")

    def teaching(self) -> Any:
        return self._people.rows("teaching")


def write_package_of(
    people: People, info: SystemInfo, time_zone: str, folder: Path, now: datetime
) -> Manifest:
    """A delta on the last package by comparing, or a full one. Raises ExportError; WrongRows tells rows."""
    return write_export(PeopleTables(people, info, time_zone), folder, now=now)
