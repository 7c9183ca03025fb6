"""What a federation remembers and shares with others: copies and flights, put together from the settings."""

from collections.abc import Sequence

import msgspec

from myedu.kit.db import Database
from myedu.portal.federation.convoy import Convoy
from myedu.portal.federation.copies import MEBIBYTE, Copies
from myedu.portal.federation.in_postgres import PostgresFlock
from myedu.portal.federation.in_valkey import Valkey, ValkeyCopies, ValkeyFirst
from myedu.portal.federation.sealing import Keyring, read_keys
from myedu.portal.sight import Sight


class Memory(msgspec.Struct, frozen=True):
    """Close it at the program's end, after the federation."""

    copies: Copies
    convoy: Convoy
    valkey: Valkey | None = None

    async def aclose(self) -> None:
        """Give up leases and connections."""
        await self.convoy.close()
        if self.valkey is not None:
            await self.valkey.close()


def open_memory(
    database: Database,
    copy_keys: Sequence[str],
    *,
    cache_mb: int = 32,
    shared_cache_url: str = "",
    sight: Sight | None = None,
) -> Memory:
    """With an address of Valkey, flights and copies of the last minutes are shared there too.

    SettingsError says what is wrong with a key or the address. A Valkey that isn't there is no error.
    """
    keyring = Keyring(read_keys(copy_keys))
    flock = PostgresFlock(database)
    if not shared_cache_url:
        copies = Copies(database, keyring, cache_bytes=cache_mb * MEBIBYTE, sight=sight)
        return Memory(copies, Convoy(flock))
    valkey = Valkey(shared_cache_url)
    copies = Copies(
        database, keyring, cache_bytes=cache_mb * MEBIBYTE, shared=ValkeyCopies(valkey), sight=sight
    )
    return Memory(copies, Convoy(ValkeyFirst(valkey, flock)), valkey)


def check_memory(copy_keys: Sequence[str], shared_cache_url: str) -> None:
    """SettingsError, as `open_memory` would raise in each worker."""
    read_keys(copy_keys)
    if shared_cache_url:
        Valkey(shared_cache_url)  # opens nothing before the first command
