"""Ids by which children are called in addresses: uuid.uuid4, many at one draw."""

import os

import polars as pl

_VERSION = bytes(0x40 | byte & 0x0F for byte in range(256))
_VARIANT = bytes(0x80 | byte & 0x3F for byte in range(256))


def public_ids(count: int) -> pl.Series:
    """So many ids: 122 random bits each, as 32 hexadecimal digits."""
    drawn = bytearray(os.urandom(16 * count))
    drawn[6::16] = drawn[6::16].translate(_VERSION)
    drawn[8::16] = drawn[8::16].translate(_VARIANT)
    digits = drawn.hex()
    ids = [digits[start : start + 32] for start in range(0, len(digits), 32)]
    return pl.Series("public_id", ids, pl.String)
