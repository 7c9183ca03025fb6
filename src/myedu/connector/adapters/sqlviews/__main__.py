"""`myedu connector serve sqlviews --database URL …`: serves the contract over SQL views, without code."""

import sys
from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta

from myedu.connector.adapters import program
from myedu.connector.adapters.sqlviews.package import write_package_of
from myedu.connector.adapters.sqlviews.source import open_source
from myedu.connector.adapters.sqlviews.system import ViewsJournal
from myedu.connector.commands.settings import ServingSettings
from myedu.contract.package import Manifest
from myedu.contract.tables import RegionCode
from myedu.kit.clock import SystemClock


class SqlViewsSettings(ServingSettings, frozen=True, kw_only=True):
    """Where the views are, and what they don't say."""

    vendor: Annotated[str, Meta(description="The vendor of the journal.")]
    product: Annotated[str, Meta(description="The name of the journal.")]
    region: Annotated[RegionCode, Meta(description="Two-digit code of the region, for the export.")]
    database: Annotated[
        str, Meta(description="postgresql://… or the path of an SQLite file.", extra={"secret": True})
    ] = ""
    connect: Annotated[
        str,
        Meta(description="package.module:function that opens a DB-API connection, instead of a database."),
    ] = ""
    version: Annotated[str, Meta(description="Version of the journal.")] = "1"
    time_zone: Annotated[
        str, Meta(description="IANA zone of times without an offset, and of schools without their own.")
    ] = "Europe/Moscow"
    seconds: Annotated[float, Meta(gt=0, description="Time limit of one query to a view, seconds.")] = 8.0


def journal_of(settings: SqlViewsSettings) -> ViewsJournal:
    """The journal over the views. Raises AdapterError."""
    return ViewsJournal(
        open_source(settings.database, settings.connect, settings.seconds),
        vendor=settings.vendor,
        product=settings.product,
        version=settings.version,
        region=settings.region,
        time_zone=settings.time_zone,
    )


def _export(settings: SqlViewsSettings) -> Manifest:
    return write_package_of(journal_of(settings), settings.exports, SystemClock().now())


ADAPTER = program.Adapter("sqlviews", SqlViewsSettings, journal_of, _export)


def main(arguments: Sequence[str]) -> int:
    """The exit status: 0, or 2 with the reason on stderr."""
    return program.run(ADAPTER, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
