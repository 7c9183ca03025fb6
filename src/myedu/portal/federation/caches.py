"""What a federation remembers and shares with others: copies and flights, put together from the settings."""

from collections.abc import Sequence

import msgspec

from myedu.kit.db import Database
from myedu.portal.federation.copies import MEBIBYTE, Copies
from myedu.portal.federation.distributed_single_flight import DistributedSingleFlight
from myedu.portal.federation.postgres_leases import PostgresLeaseStore
from myedu.portal.federation.sealing import Keyring, read_keys
from myedu.portal.federation.telemetry import JournalTelemetry
from myedu.portal.federation.valkey import Valkey, ValkeyCopies, ValkeyFirstLeaseStore


class Caches(msgspec.Struct, frozen=True):
    """Close it at the program's end, after the federation."""

    copies: Copies
    convoy: DistributedSingleFlight
    valkey: Valkey | None = None

    async def aclose(self) -> None:
        """Give up leases and connections."""
        await self.convoy.close()
        if self.valkey is not None:
            await self.valkey.close()


def open_caches(
    database: Database,
    copy_keys: Sequence[str],
    *,
    cache_mb: int = 32,
    shared_cache_url: str = "",
    telemetry: JournalTelemetry | None = None,
) -> Caches:
    """With an address of Valkey, flights and copies of the last minutes are shared there too.

    SettingsError says what is wrong with a key or the address. A Valkey that isn't there is no error.
    """
    keyring = Keyring(read_keys(copy_keys))
    flock = PostgresLeaseStore(database)
    if not shared_cache_url:
        copies = Copies(database, keyring, cache_bytes=cache_mb * MEBIBYTE, telemetry=telemetry)
        return Caches(copies, DistributedSingleFlight(flock))
    valkey = Valkey(shared_cache_url)
    copies = Copies(
        database, keyring, cache_bytes=cache_mb * MEBIBYTE, shared=ValkeyCopies(valkey), telemetry=telemetry
    )
    return Caches(copies, DistributedSingleFlight(ValkeyFirstLeaseStore(valkey, flock)), valkey)


def check_cache_settings(copy_keys: Sequence[str], shared_cache_url: str) -> None:
    """SettingsError, as `open_caches` would raise in each worker."""
    read_keys(copy_keys)
    if shared_cache_url:
        Valkey(shared_cache_url)  # opens nothing before the first command
