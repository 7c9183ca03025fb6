"""What a row says, as a number of 64 bits (people/renewal.py compares it with that of the held row)."""

import polars as pl
from polars_hash import NonCryptographicHashingNameSpace

from myedu.portal.people.statements import data_columns

# No checked text holds it, and none is empty: so no two rows that differ are one text.
_BETWEEN = "\x1f"


def digest_of(table: str) -> pl.Expr:
    """The digest of a checked row's columns; null of a tombstone, which says nothing."""
    texts = [pl.col(name).cast(pl.String).fill_null("") for name in data_columns(table)]
    said = pl.concat_str(texts, separator=_BETWEEN)
    number = NonCryptographicHashingNameSpace(said).xxh3_64().reinterpret(signed=True)
    return pl.when(~pl.col("deleted")).then(number).alias("digest")
