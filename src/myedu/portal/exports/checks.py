"""Every row of a table judged by the contract, a column at a time and all of its problems at once."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import NamedTuple

import msgspec
import polars as pl

from myedu.portal.exports.models import RowProblem, Severity
from myedu.portal.exports.read import LINE, TextTable
from myedu.portal.exports.rules import Rule, rules_of

_DATE = r"^\d{4}-\d{2}-\d{2}$"
_INSTANT = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$"
_CONTROL = r"[\x00-\x1f\x7f]"
_DAYS = (date(1900, 1, 1), date(2200, 12, 31))  # of the living and of what is planned for them
_FIRST_CHECKED_SNILS = 1_001_998  # contract.snils: older numbers have no check digits
_ALWAYS = ("id", "updated_at", "deleted")  # all that a tombstone has

_CODES = {
    "id": "bad-id",
    "date": "bad-date",
    "instant": "bad-instant",
    "integer": "bad-integer",
    "flag": "bad-flag",
    "snils": "bad-snils",
    "zone": "bad-zone",
}


class Finding(NamedTuple):
    """A problem of the rows where `wrong` holds; `detail` is a column whose value may be told."""

    field: str | None
    code: str
    severity: Severity
    wrong: pl.Expr
    detail: str | None = None


class CheckedTable(msgspec.Struct, frozen=True, kw_only=True):
    """Rows fit for people: typed, `deleted` never null, one an id. LINE is kept for later problems.

    `set_aside` are the ids of rows that the file has and that can't be taken. Where not `is_whole`, lines
    or ids could not be read, and absence says nothing.
    """

    name: str
    frame: pl.DataFrame
    rows: int
    is_whole: bool
    set_aside: frozenset[str]
    problems: list[RowProblem]


def check_table(text: TextTable, zones: Collection[str]) -> CheckedTable:
    """Judge the rows. `zones`: the time zones that the database knows."""
    rules = rules_of(text.name)
    deleted = _flag(pl.col("deleted")).fill_null(False).alias("deleted!")
    both = text.frame.with_columns(_value(rule, zones).alias(f"{rule.name}!") for rule in rules)
    both = both.with_columns(deleted)
    findings = [*_findings_of(rules), *_ends_before_start(rules)]
    problems = [*text.problems, *problems_of(text.name, both, findings)]
    errors = [finding.wrong for finding in findings if finding.severity == "error"]
    judged = both.select(
        LINE,
        *(pl.col(f"{rule.name}!").alias(rule.name) for rule in rules),
        pl.any_horizontal(errors).alias("bad"),
    )
    taken, doubles = _one_row_an_id(text.name, judged)
    bad = judged.filter("bad")
    whole = text.is_whole and bad["id"].null_count() == 0
    problems += doubles
    if not whole:
        problems.append(_nobody_is_absent(text.name))
    return CheckedTable(
        name=text.name,
        frame=taken,
        rows=text.rows,
        is_whole=whole,
        set_aside=frozenset(judged["id"].drop_nulls()) - frozenset(taken["id"]),
        problems=problems,
    )


def zones_of(text: TextTable) -> list[str]:
    """The time zones that the rows name."""
    return (
        text.frame["time_zone"].drop_nulls().unique().to_list() if "time_zone" in text.frame.columns else []
    )


def among(column: pl.Expr, values: Collection[str]) -> pl.Expr:
    """The column's value is one of these; of an empty collection too, which has no type by itself."""
    return column.is_in(pl.Series(list(values), dtype=pl.String).implode())


def problems_of(table: str, frame: pl.DataFrame, findings: list[Finding]) -> Iterator[RowProblem]:
    """A problem for each row and finding."""
    for field, code, severity, wrong, detail in findings:
        told = pl.col(detail).str.slice(0, 64) if detail else pl.lit(None, pl.String)
        for line, said in frame.filter(wrong).select(pl.col(LINE), told.alias("told")).iter_rows():
            yield RowProblem(table=table, line=line, field=field, code=code, severity=severity, detail=said)


def _findings_of(rules: tuple[Rule, ...]) -> Iterator[Finding]:
    for rule in rules:
        text, value = pl.col(rule.name), pl.col(f"{rule.name}!")
        stands = pl.lit(True) if rule.name in _ALWAYS else ~pl.col("deleted!")
        if rule.required:
            yield Finding(rule.name, "required", "error", stands & text.is_null())
        unread = stands & text.is_not_null() & value.is_null()
        if rule.kind in ("text", "code"):
            long = text.str.len_chars() > rule.longest
            yield Finding(rule.name, "too-long", rule.severity, unread & long)
            yield Finding(rule.name, "bad-text", rule.severity, unread & ~long)
        elif rule.name == "deleted":  # its value is made of the text and never null
            yield Finding("deleted", "bad-flag", "error", text.is_not_null() & _flag(text).is_null())
        else:
            told = rule.name if rule.kind in ("id", "zone") else None
            yield Finding(rule.name, _CODES[rule.kind], rule.severity, unread, told)
        if rule.known:
            unknown = stands & value.is_not_null() & ~among(value, rule.known)
            yield Finding(rule.name, "unknown-code", "warning", unknown, rule.name)


def _ends_before_start(rules: tuple[Rule, ...]) -> Iterator[Finding]:
    if {"starts_on", "ends_on"} <= {rule.name for rule in rules}:
        wrong = (pl.col("ends_on!") < pl.col("starts_on!")).fill_null(False)
        yield Finding("ends_on", "ends-before-start", "error", wrong)


def _one_row_an_id(table: str, judged: pl.DataFrame) -> tuple[pl.DataFrame, list[RowProblem]]:
    """The rows to take. A row repeated as it is stands once; rows that contradict each other all go."""
    content = [name for name in judged.columns if name not in (LINE, "bad")]
    named = judged.filter(pl.col("id").is_not_null())
    repeated = ~pl.struct(content).is_first_distinct()
    marked = named.with_columns(repeated.alias("repeated"))
    single = marked.filter(~pl.col("repeated")).with_columns(pl.col("id").is_duplicated().alias("double"))
    problems = [
        *problems_of(table, marked, [Finding("id", "repeated-row", "warning", pl.col("repeated"), "id")]),
        *problems_of(table, single, [Finding("id", "duplicate-id", "error", pl.col("double"), "id")]),
    ]
    return single.filter(~pl.col("double") & ~pl.col("bad")).select(LINE, *content), problems


def _nobody_is_absent(table: str) -> RowProblem:
    return RowProblem(table=table, line=1, field=None, code="unread-rows", severity="warning")


def _value(rule: Rule, zones: Collection[str]) -> pl.Expr:
    """The column's text as its type; null where it is empty or can't be read."""
    text = pl.col(rule.name)
    match rule.kind:
        case "id":
            return _where(text.str.contains(r"^[!-~]{1,64}$"), text)
        case "date":
            day = _where(text.str.contains(_DATE), text).str.to_date("%Y-%m-%d", strict=False)
            return _where(day.is_between(*_DAYS), day)
        case "instant":
            shaped = _where(text.str.contains(_INSTANT), text).str.replace("Z$", "+00:00")
            at = shaped.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%:z", strict=False, time_unit="us")
            return _where(at.dt.date().is_between(*_DAYS), at)
        case "integer":
            number = text.cast(pl.Int64, strict=False)
            return _where(number.is_between(rule.low, rule.high), number)
        case "flag":
            return _flag(text)
        case "snils":
            return _snils(text)
        case "zone":
            return _where(among(text, zones), text)
        case "text" | "code":
            return _where((text.str.len_chars() <= rule.longest) & ~text.str.contains(_CONTROL), text)


def _where(right: pl.Expr, value: pl.Expr) -> pl.Expr:
    return pl.when(right).then(value)


def _flag(text: pl.Expr) -> pl.Expr:
    return text.str.to_lowercase().replace_strict(
        {"true": True, "1": True, "false": False, "0": False}, default=None, return_dtype=pl.Boolean
    )


def _snils(text: pl.Expr) -> pl.Expr:
    """contract.snils.normalise_snils, a column at a time; a test holds them together."""
    digits = text.str.replace_all(r"[\s-]", "")
    digits = _where(digits.str.contains(r"^[0-9]{11}$"), digits)
    total = pl.sum_horizontal(
        digits.str.slice(place, 1).cast(pl.Int32, strict=False) * (9 - place) for place in range(9)
    )
    agrees = total % 101 % 100 == digits.str.slice(9, 2).cast(pl.Int32, strict=False)
    old = digits.str.slice(0, 9).cast(pl.Int64, strict=False) <= _FIRST_CHECKED_SNILS
    return _where(agrees | old, digits)
