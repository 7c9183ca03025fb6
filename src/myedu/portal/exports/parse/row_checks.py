"""Checks every row of a batch by the contract, a column at a time, and finds all of its problems.

Checks that need other rows too (duplicates, references, families) follow when all rows are staged:
load/cross_row_checks.py.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

import msgspec
import polars as pl

from myedu.contract.snils import lacks_leading_zero
from myedu.contract.spreadsheets import ROUNDED
from myedu.portal.exports.models import RowProblem, Severity
from myedu.portal.exports.parse.batches import LINE, TextBatch
from myedu.portal.exports.parse.clean_values import clean, without_placeholders
from myedu.portal.exports.parse.rules import Rule, rules_of

_DATE = r"^\d{4}-\d{2}-\d{2}$"
# PostgreSQL takes offsets to 15:59, what is in force anywhere goes to 14:00.
_INSTANT = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-](0\d|1[0-5]):\d{2})$"
_CONTROL = r"[\x00-\x1f\x7f]"
_DAYS = (date(1900, 1, 1), date(2200, 12, 31))  # births of the living to plans for them
_FIRST_CHECKED_SNILS = 1_001_998  # contract.snils: older numbers have no check digits
_BIRTH = "birth_date"
_MADE_ON = "made on!"
_SHORT_SNILS = r"^[\s-]*(?:[0-9][\s-]*){9,10}$"
_ROUNDED = f"^(?:{ROUNDED})$"
_NUMBERS = ("inn", "ogrn", "kpp", "oktmo", "esia_oid", "phone")
"""Texts that a spreadsheet takes for numbers, beside ids and SNILS."""
_ALWAYS = ("id", "updated_at", "deleted")  # all that a tombstone has

Zones = Callable[[], Collection[str]]
"""Gives the names of time zones that the database knows; called for tables with such a column."""

_CODES = {
    "id": "bad-id",
    "date": "bad-date",
    "instant": "bad-instant",
    "integer": "bad-integer",
    "flag": "bad-flag",
    "zone": "bad-zone",
}


class Finding(NamedTuple):
    """A problem of the rows where `wrong` holds; `detail`: a column whose value may be reported."""

    field: str | None
    code: str
    severity: Severity
    wrong: pl.Expr
    detail: str | None = None


class CheckedBatch(msgspec.Struct, frozen=True, kw_only=True):
    """Valid rows, ready for staging: typed, `deleted` never null, with LINE for later problems.

    `rejected`: id and LINE of rows with an error whose id can be read. If some ids or lines can't be read,
    the batch is not whole, and absent ids say nothing. `ids`: of all rows, rejected ones included; null if it
    can't be read.
    """

    name: str
    frame: pl.DataFrame
    rows: int
    rejected: pl.DataFrame
    is_whole: bool
    problems: list[RowProblem]
    ids: pl.Series


def check_batch(text: TextBatch, zones: Zones, made_on: date) -> CheckedBatch:
    """Check the rows, each by itself. `made_on`: the day of the package, after which nobody in it is born."""
    rules = rules_of(text.name)
    frame, cleaned = clean(text.name, text.frame)
    deleted = _flag(pl.col("deleted")).fill_null(False).alias("deleted!")
    # Lazy, so that what several expressions have in common is computed once.
    texts = frame.lazy().with_columns(*without_placeholders(text.name), pl.lit(made_on).alias(_MADE_ON))
    values = texts.with_columns(_value(rule, zones).alias(f"{rule.name}!") for rule in rules)
    both = values.with_columns(deleted).collect()
    findings = _findings(text.name)
    found = both.lazy().select(_wrong(text.name)).collect()
    present = [place for place, wrong in enumerate(found) if wrong.any()]
    problems = [*text.problems, *cleaned]
    for place in present:
        problems += problems_of(text.name, both.filter(found[str(place)]), findings[place])
    errors = [found[str(place)] for place in present if findings[place].severity == "error"]
    valid = both.select(LINE, *(_staged(rule) for rule in rules))
    ids, rejected = valid["id"], valid[["id", LINE]].clear()
    if errors:
        bad = valid.select(pl.any_horizontal(errors)).to_series()
        rejected, valid = valid[["id", LINE]].filter(bad), valid.filter(~bad)
    return CheckedBatch(
        name=text.name,
        frame=valid,
        rows=text.rows,
        rejected=rejected.drop_nulls("id") if rejected.height else rejected,
        is_whole=text.is_whole and rejected["id"].null_count() == 0,
        problems=problems,
        ids=ids,
    )


@cache
def _findings(table: str) -> Sequence[Finding]:
    """Made once a table: it takes longer than checking a small file."""
    rules = rules_of(table)
    return [*_findings_of(rules), *_ends_before_start(rules)]


@cache
def _wrong(table: str) -> Sequence[pl.Expr]:
    return [
        finding.wrong.fill_null(False).alias(str(place)) for place, finding in enumerate(_findings(table))
    ]


def _staged(rule: Rule) -> pl.Expr:
    """What is copied. A day or an instant that could be read goes as its text, which PostgreSQL reads too."""
    value = pl.col(f"{rule.name}!")
    if rule.kind in ("date", "instant"):
        value = _where(value.is_not_null(), pl.col(rule.name))
    return value.alias(rule.name)


def among(column: pl.Expr, values: Collection[str]) -> pl.Expr:
    """Whether the column's value is one of these; an empty collection has no type by itself."""
    return column.is_in(pl.Series(list(values), dtype=pl.String).implode())


def problems_of(table: str, wrong: pl.DataFrame, finding: Finding) -> Iterator[RowProblem]:
    """A problem for each row of `wrong`, which are the rows where the finding holds."""
    detail = pl.lit(None, pl.String)
    if finding.detail:  # NUL can't be stored
        detail = pl.col(finding.detail).str.slice(0, 64).str.replace_all(_CONTROL, "\ufffd")
    for line, value in wrong.select(pl.col(LINE), detail.alias("detail")).iter_rows():
        yield RowProblem(
            table=table, line=line, field=finding.field, code=finding.code, severity=finding.severity,
            detail=value,
        )  # fmt: skip


def _findings_of(rules: tuple[Rule, ...]) -> Iterator[Finding]:
    for rule in rules:
        text, value = pl.col(rule.name), pl.col(f"{rule.name}!")
        stands = pl.lit(True) if rule.name in _ALWAYS else ~pl.col("deleted!")
        if rule.required:
            yield Finding(rule.name, "required", "error", stands & text.is_null())
        unread = stands & text.is_not_null() & value.is_null()
        rounded = text.str.contains(_ROUNDED)
        if rule.kind == "id" or rule.name in _NUMBERS:
            detail = rule.name if rule.kind == "id" else None
            yield Finding(rule.name, "rounded-id", "warning", stands & rounded, detail)
        if rule.kind in ("text", "code"):
            long = text.str.len_chars() > rule.longest
            yield Finding(rule.name, "too-long", rule.severity, unread & long)
            yield Finding(rule.name, "bad-text", rule.severity, unread & ~long)
        elif rule.name == "deleted":  # its value is made of the text and never null
            yield Finding("deleted", "bad-flag", "error", text.is_not_null() & _flag(text).is_null())
        elif rule.kind == "snils":
            short = _lacks_zero(text)
            yield Finding(rule.name, "rounded-id", rule.severity, unread & rounded)
            yield Finding(rule.name, "short-snils", rule.severity, unread & short)
            yield Finding(rule.name, "bad-snils", rule.severity, unread & ~rounded & ~short)
        elif rule.name == _BIRTH:
            to_come = _is_to_come(text)
            yield Finding(rule.name, "birth-to-come", rule.severity, unread & to_come)
            yield Finding(rule.name, "bad-date", rule.severity, unread & ~to_come)
        else:
            detail = rule.name if rule.kind in ("id", "zone") else None
            yield Finding(rule.name, _CODES[rule.kind], rule.severity, unread, detail)
        if rule.known:
            unknown = stands & value.is_not_null() & ~among(value, rule.known)
            yield Finding(rule.name, "unknown-code", "warning", unknown, rule.name)


def _ends_before_start(rules: tuple[Rule, ...]) -> Iterator[Finding]:
    if {"starts_on", "ends_on"} <= {rule.name for rule in rules}:
        wrong = (pl.col("ends_on!") < pl.col("starts_on!")).fill_null(False)
        yield Finding("ends_on", "ends-before-start", "error", wrong)


def _value(rule: Rule, zones: Zones) -> pl.Expr:
    """The column's text as its type; null where it is empty or can't be read."""
    text = pl.col(rule.name)
    match rule.kind:
        case "id":
            return _where(text.str.contains(r"^[!-~]{1,64}$"), text)
        case "date":
            day = _where(text.str.contains(_DATE), text).str.to_date("%Y-%m-%d", strict=False)
            allowed = day.is_between(*_DAYS)
            return _where(allowed & (day <= pl.col(_MADE_ON)) if rule.name == _BIRTH else allowed, day)
        case "instant":
            shaped = _where(text.str.contains(_INSTANT), text).str.replace("Z$", "+00:00")
            at = shaped.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%:z", strict=False, time_unit="us")
            return _where(at.dt.date().is_between(*_DAYS), at)
        case "integer":
            number = text.str.replace(r"\.0+$", "").cast(
                pl.Int64, strict=False
            )  # pandas: 7.0, where some lack
            return _where(number.is_between(rule.low, rule.high), number)
        case "flag":
            return _flag(text)
        case "snils":
            return _snils(text)
        case "zone":
            return _where(among(text, zones()), text)
        case "text" | "code":
            return _where((text.str.len_chars() <= rule.longest) & ~text.str.contains(_CONTROL), text)


def _where(right: pl.Expr, value: pl.Expr) -> pl.Expr:
    return pl.when(right).then(value)


def _is_to_come(text: pl.Expr) -> pl.Expr:
    """Days compare as their texts do."""
    day = pl.col(_MADE_ON).cast(pl.String)
    return text.str.contains(_DATE) & (text > day) & (text <= f"{_DAYS[1]}")


def _flag(text: pl.Expr) -> pl.Expr:
    return text.str.to_lowercase().replace_strict(
        {"true": True, "1": True, "false": False, "0": False}, default=None, return_dtype=pl.Boolean
    )


def _snils(text: pl.Expr) -> pl.Expr:
    """contract.snils.normalise_snils, a column at a time; a test holds them together."""
    digits = text.str.replace_all(r"[\s-]", "")
    digits = _where(digits.str.contains(r"^[0-9]{11}$"), digits)
    number = digits.cast(pl.Int64, strict=False)
    nine = number // 100
    total = pl.sum_horizontal(nine // 10**place % 10 * (place + 1) for place in range(9))
    agrees = total % 101 % 100 == number % 100
    return _where(agrees | (nine <= _FIRST_CHECKED_SNILS), digits)


def _lacks_zero(text: pl.Expr) -> pl.Expr:
    """contract.snils.lacks_leading_zero, asked for the few texts that may."""

    def asked(texts: pl.Series) -> pl.Series:
        short = texts.str.contains(_SHORT_SNILS).fill_null(False)
        if short.any():
            few = [one for one in texts.filter(short).unique() if lacks_leading_zero(one)]
            short = texts.is_in(few).fill_null(False)
        return short

    return text.map_batches(asked, return_dtype=pl.Boolean)
