"""A row's values as a number of 64 bits, which load/changed_rows.py compares with that of the held row."""

import polars as pl
from polars_hash import NonCryptographicHashingNameSpace

from myedu.portal.exports.tables import data_columns

# No checked text has it, and none is empty: so two different rows never become the same text.
_SEPARATOR = "\x1f"


def digest_of(table: str) -> pl.Expr:
    """The digest of a checked row; null for a tombstone, whose values don't matter."""
    texts = [pl.col(name).cast(pl.String).fill_null("") for name in data_columns(table)]
    text = pl.concat_str(texts, separator=_SEPARATOR)
    number = NonCryptographicHashingNameSpace(text).xxh3_64().reinterpret(signed=True)
    return pl.when(~pl.col("deleted")).then(number).alias("digest")
