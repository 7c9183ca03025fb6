"""`myedu connector serve fgis --journal-url URL --people people.json …`: the contract over Schedule."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from myedu.connector.adapters import program
from myedu.connector.adapters.fgis.models import enrolled_students, read_people
from myedu.connector.adapters.fgis.package import write_package_of
from myedu.connector.adapters.fgis.source import Source
from myedu.connector.adapters.fgis.system import FgisSystem
from myedu.connector.commands.settings import ServingSettings
from myedu.contract.answers import SystemInfo
from myedu.contract.package import Manifest
from myedu.kit.clock import SystemClock


class FgisSettings(ServingSettings, frozen=True, kw_only=True):
    """Where the federal journal is, and its file of people."""

    journal_url: Annotated[str, Meta(description="Address under which /Schedule/{esia_oid} answers.")]
    client_id: Annotated[str, Meta(description="The id under which the federal journal knows this adapter.")]
    key: Annotated[Path, Meta(description="PEM file with the private key of that client.")]
    people: Annotated[Path, Meta(description="JSON file of the schools, classes, students and guardians.")]
    vendor: Annotated[str, Meta(description="The vendor of the journal.")]
    product: Annotated[str, Meta(description="The name of the journal.")]
    version: Annotated[str, Meta(description="Version of the journal.")] = "2021"
    token_url: Annotated[str, Meta(description="Where tokens come from, if not /oauth2/token.")] = ""
    time_zone: Annotated[str, Meta(description="IANA zone of today, and of schools without their own.")] = (
        "Europe/Moscow"
    )

    @property
    def info(self) -> SystemInfo:
        """Vendor, product and version."""
        return SystemInfo(vendor=self.vendor, product=self.product, version=self.version)


def journal_of(settings: FgisSettings) -> FgisSystem:
    """The system over the federal journal; also writes a package to serve. Raises AdapterError."""
    clock = SystemClock()
    people = read_people(settings.people)
    source = Source(
        settings.journal_url, settings.client_id, settings.key, clock, token_url=settings.token_url
    )
    students = enrolled_students(people, settings.time_zone)
    _export(settings)
    return FgisSystem(source, students, settings.info, clock, settings.time_zone)


def _export(settings: FgisSettings) -> Manifest:
    people, now = read_people(settings.people), SystemClock().now()
    return write_package_of(people, settings.info, settings.time_zone, settings.exports, now)


ADAPTER = program.Adapter("fgis", FgisSettings, journal_of, _export)


def main(arguments: Sequence[str]) -> int:
    """The exit status: 0, or 2 with the reason on stderr."""
    return program.run(ADAPTER, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
