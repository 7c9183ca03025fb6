"""Values of a Parquet column as the text that the checks read, by the file's type and the contract's kind.

pandas writes whole numbers with a gap as floats, days as timestamps and repeated texts as categories; DuckDB
writes UUIDs as bytes. Numbers that their type can't hold exactly are found by `untrusted`.
"""

from uuid import UUID

import polars as pl

from myedu.portal.exports.parse.rules import Kind

_AS_TEXT = (pl.String, pl.Categorical, pl.Enum, pl.Null, pl.Boolean, pl.Date, pl.Datetime, pl.Binary)
_NAMING: tuple[Kind, ...] = ("id", "snils")
"""Kinds that name somebody: a value near it would name somebody else."""
_TEXTS: tuple[Kind, ...] = (*_NAMING, "text", "code")
_UUID_BYTES = 16


def can_be_text(kind: Kind, stored: pl.DataType) -> bool:
    """Whether a column of this type can be read. No id is true or false."""
    if kind in _NAMING and stored == pl.Boolean:
        return False
    return stored.is_numeric() or stored in _AS_TEXT


def as_text(value: pl.Expr, kind: Kind, stored: pl.DataType) -> pl.Expr:
    """The column as text; null where it has no value, and where bytes are no text in UTF-8."""
    if stored.is_float():
        number = value.fill_nan(None)
        whole = (number == number.floor()) & (number.abs() < _exact_below(stored))
        digits = number.cast(pl.Int64, strict=False).cast(pl.String)
        return pl.when(whole).then(digits).otherwise(number.cast(pl.String))
    if stored.is_decimal():
        return value.cast(pl.String).str.replace(r"\.0+$", "")
    if isinstance(stored, pl.Datetime):
        return _day_or_instant(value, kind)
    if stored == pl.Binary:
        return _of_bytes(value, kind)
    return value.cast(pl.String)


def untrusted(value: pl.Expr, kind: Kind, stored: pl.DataType) -> pl.Expr | None:
    """Where a number may be another one than was written, or is no whole one in an id; None: nowhere."""
    number = value.fill_nan(None) if stored.is_float() else value
    wrong = []
    if stored.is_float() and kind in _TEXTS:
        wrong.append(number.abs() >= _exact_below(stored))
    if (stored.is_float() or stored.is_decimal()) and kind in _NAMING:
        wrong.append(number != number.floor())
    return pl.any_horizontal(wrong) if wrong else None


def undecodable(value: pl.Expr, kind: Kind, stored: pl.DataType) -> pl.Expr:
    """Where bytes are no text in UTF-8."""
    if stored != pl.Binary:
        return pl.lit(False)
    return value.is_not_null() & _of_bytes(value, kind).is_null()


def _exact_below(stored: pl.DataType) -> int:
    """The first whole number next to which one is skipped: a float holds one bit more than it stores."""
    if stored == pl.Float64:
        return 2**53
    return 2**24 if stored == pl.Float32 else 2**11


def _day_or_instant(value: pl.Expr, kind: Kind) -> pl.Expr:
    """In a column of days midnight is its day, by the column's own time zone; any other time is no day."""
    at = value.dt.to_string("iso:strict")
    if kind != "date":
        return at
    return pl.when(value.dt.time() == pl.time(0)).then(value.dt.date().cast(pl.String)).otherwise(at)


def _of_bytes(value: pl.Expr, kind: Kind) -> pl.Expr:
    read = _id_of if kind == "id" else _text_of
    # Polars' own cast fails all values for one that is no UTF-8.
    return value.map_batches(
        lambda values: pl.Series(values.name, map(read, values), dtype=pl.String), return_dtype=pl.String
    )


def _text_of(value: bytes | None) -> str | None:
    try:
        return None if value is None else value.decode()
    except UnicodeDecodeError:
        return None


def _id_of(value: bytes | None) -> str | None:
    # The ninth byte of a UUID is never ASCII, and ids are.
    is_uuid = value is not None and len(value) == _UUID_BYTES and value[8] & 0xC0 == 0x80
    return str(UUID(bytes=value)) if is_uuid else _text_of(value)
