"""Ids by which children are called in addresses, many at one draw.

Version 7 of RFC 9562: the moment, then 74 random bits. Those of one night stand side by side in the index,
where random ones would each go to a page of their own.
"""

import os
import time

import polars as pl

_VERSION = bytes(0x70 | byte & 0x0F for byte in range(256))
_VARIANT = bytes(0x80 | byte & 0x3F for byte in range(256))


def public_ids(count: int) -> pl.Series:
    """So many ids, as 32 hexadecimal digits. Of one draw all have the same moment, so that their order says
    nothing of the rows'."""
    drawn = bytearray(os.urandom(16 * count))
    moment = time.time_ns() // 1_000_000
    for place, byte in enumerate(moment.to_bytes(6, "big")):
        drawn[place::16] = bytes([byte]) * count
    drawn[6::16] = drawn[6::16].translate(_VERSION)
    drawn[8::16] = drawn[8::16].translate(_VARIANT)
    digits = drawn.hex()
    ids = [digits[start : start + 32] for start in range(0, len(digits), 32)]
    return pl.Series("public_id", ids, pl.String)
