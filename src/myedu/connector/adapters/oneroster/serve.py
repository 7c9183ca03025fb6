"""`myedu connector serve oneroster --provider-url URL …`: the contract over a OneRoster 1.2 REST provider."""

import asyncio
import logging
import sys
import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from myedu.connector.adapters import program
from myedu.connector.adapters.oneroster.archive import OneRosterError
from myedu.connector.adapters.oneroster.package import (
    OddValue,
    Request,
    state_path,
    write_from_oneroster,
)
from myedu.connector.adapters.oneroster.rest_to_csv import write_set
from myedu.connector.adapters.oneroster.source import EXPORT_TIMEOUT, PATIENCE, TIMEOUT, Provider
from myedu.connector.adapters.oneroster.state import takes_deltas
from myedu.connector.adapters.oneroster.system import OneRosterSystem
from myedu.connector.commands.settings import ServingSettings
from myedu.connector.sdk.errors import JournalError
from myedu.connector.sdk.package_folder import chain, latest_package
from myedu.contract.answers import SystemInfo
from myedu.contract.package import Manifest
from myedu.contract.tables import RegionCode
from myedu.kit.clock import Clock, SystemClock

log = logging.getLogger(__name__)

FULL_EVERY = timedelta(days=7)  # a provider may omit deletions from its deltas
_OVERLAP = timedelta(minutes=10)  # a transaction of the provider may have been open at the last package


class OneRosterSettings(ServingSettings, frozen=True, kw_only=True):
    """Where the provider is, and what OneRoster doesn't hold."""

    provider_url: Annotated[str, Meta(description="Address before /ims/oneroster/…")]
    client_id: Annotated[str, Meta(description="The id under which the provider knows this adapter.")]
    secret: Annotated[str, Meta(description="The client's secret.", extra={"secret": True})]
    region: Annotated[RegionCode, Meta(description="Two-digit code of the region, for the export.")]
    vendor: Annotated[str, Meta(description="The vendor of the system.")]
    product: Annotated[str, Meta(description="The name of the system.")]
    token_url: Annotated[str, Meta(description="Where tokens come from, if not /oauth2/token.")] = ""
    time_zone: Annotated[str, Meta(description="IANA zone of the organisations.")] = "Europe/Moscow"
    page: Annotated[int, Meta(ge=1, le=10_000, description="Rows per request.")] = 500

    @property
    def info(self) -> SystemInfo:
        """Vendor, product and version of the standard."""
        return SystemInfo(vendor=self.vendor, product=self.product, version="OneRoster 1.2")


def journal_of(settings: OneRosterSettings) -> OneRosterSystem:
    """The system over the provider; also writes a package to serve. Raises AdapterError."""
    export_now(settings)
    clock = SystemClock()
    return OneRosterSystem(_provider(settings, clock), settings.info, clock, settings.time_zone, {})


def export_now(settings: OneRosterSettings) -> Manifest:
    """Write a delta of what was modified since the last package, or a full package once a week.

    The report of what became of the roster goes to standard error. Raises AdapterError.
    """
    clock = SystemClock()
    settings.exports.mkdir(parents=True, exist_ok=True)
    since = None
    if takes_deltas(state_path(settings.exports, settings.region)):
        since = _since(settings.exports, clock.now())
    request = Request(
        region=settings.region,
        time_zone=settings.time_zone,
        vendor=settings.vendor,
        product=settings.product,
        over_rest=True,
    )

    async def fetch(folder: Path) -> tuple[OddValue, ...]:
        provider = _provider(settings, clock, seconds=EXPORT_TIMEOUT, patience=PATIENCE)
        try:
            return await write_set(provider, folder, since, clock.now())
        finally:
            await provider.close()

    with tempfile.TemporaryDirectory(prefix="oneroster-") as folder:
        try:
            odd = asyncio.run(fetch(Path(folder)))
            request = msgspec.structs.replace(request, odd_values=odd)
            manifest, report = write_from_oneroster(Path(folder), settings.exports, request, clock.now())
        except (JournalError, OneRosterError) as error:
            raise program.AdapterError(f"no package could be made of the provider: {error}") from error
    for line in report.lines():
        print(line, file=sys.stderr)
    for file, codes in report.problem_counts.items():
        found = ", ".join(f"{count} × {code}" for code, count in codes.items())
        log.warning("/%s: odd rows are left out or taken in part: %s", file, found)
    return manifest


def _since(exports: Path, now: datetime) -> datetime | None:
    """The instant from which a delta asks for changes; None for a full package."""
    last = latest_package(exports)
    links = chain(exports, last) if last else None
    if last is None or links is None or now - links[0].created_at >= FULL_EVERY:
        return None
    return last.created_at - _OVERLAP


def _provider(
    settings: OneRosterSettings, clock: Clock, *, seconds: float = TIMEOUT, patience: float = 0.0
) -> Provider:
    return Provider(
        settings.provider_url,
        settings.client_id,
        settings.secret,
        clock,
        token_url=settings.token_url,
        page=settings.page,
        seconds=seconds,
        patience=patience,
    )


ADAPTER = program.Adapter("oneroster", OneRosterSettings, journal_of, export_now)


def run(arguments: Sequence[str]) -> int:
    """The exit status: 0, or 2 with the reason on stderr."""
    return program.run(ADAPTER, arguments)
