"""Ids by which persons are named in addresses, made many at a time.

UUID version 7 (RFC 9562): the time, then 74 random bits. Ids of one night are neighbours in the index, where
random ones would each touch another page.
"""

import os
import time

import polars as pl

_VERSION = bytes(0x70 | byte & 0x0F for byte in range(256))
_VARIANT = bytes(0x80 | byte & 0x3F for byte in range(256))


def public_ids(count: int) -> pl.Series:
    """`count` ids of 32 hexadecimal digits.

    All have the same time, so their order says nothing about the rows.
    """
    drawn = bytearray(os.urandom(16 * count))
    moment = time.time_ns() // 1_000_000
    for place, byte in enumerate(moment.to_bytes(6, "big")):
        drawn[place::16] = bytes([byte]) * count
    drawn[6::16] = drawn[6::16].translate(_VERSION)
    drawn[8::16] = drawn[8::16].translate(_VARIANT)
    digits = drawn.hex()
    ids = [digits[start : start + 32] for start in range(0, len(digits), 32)]
    return pl.Series("public_id", ids, pl.String)
