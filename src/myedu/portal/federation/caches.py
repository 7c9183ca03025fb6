"""What the federation keeps between requests: copies and leases, made from the settings."""

from collections.abc import Sequence

import msgspec

from myedu.kit.db import Database
from myedu.kit.encryption import Keyring, read_keys
from myedu.portal.federation.copy_store import MEBIBYTE, CopyStore
from myedu.portal.federation.distributed_single_flight import DistributedSingleFlight
from myedu.portal.federation.postgres_leases import PostgresLeaseStore
from myedu.portal.federation.telemetry import JournalTelemetry
from myedu.portal.federation.valkey import Valkey, ValkeyCopyCache, ValkeyFirstLeaseStore


class Caches(msgspec.Struct, frozen=True):
    """Close it at the program's end, after the federation. `valkey`: None without a shared cache."""

    copies: CopyStore
    single_flight: DistributedSingleFlight
    valkey: Valkey | None = None

    async def aclose(self) -> None:
        """Stop renewing leases and close the connections to Valkey."""
        await self.single_flight.close()
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
    """Copies encrypted with `copy_keys` and leases; with an address of Valkey also shared there.

    `cache_mb`: mebibytes of decrypted copies. Raises SettingsError for a wrong key or address. A Valkey that
    can't be reached is no error.
    """
    keyring = Keyring(read_keys(copy_keys))
    leases = PostgresLeaseStore(database)
    if not shared_cache_url:
        copies = CopyStore(database, keyring, cache_bytes=cache_mb * MEBIBYTE, telemetry=telemetry)
        return Caches(copies, DistributedSingleFlight(leases))
    valkey = Valkey(shared_cache_url)
    copies = CopyStore(
        database,
        keyring,
        cache_bytes=cache_mb * MEBIBYTE,
        shared=ValkeyCopyCache(valkey),
        telemetry=telemetry,
    )
    return Caches(copies, DistributedSingleFlight(ValkeyFirstLeaseStore(valkey, leases)), valkey)


def check_cache_settings(copy_keys: Sequence[str], shared_cache_url: str) -> None:
    """Raises SettingsError as `open_caches` would in each worker; opens no connection."""
    read_keys(copy_keys)
    if shared_cache_url:
        Valkey(shared_cache_url)  # connects at the first command
