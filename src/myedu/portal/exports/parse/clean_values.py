"""Texts of a batch made plain, as a journal's answers are (contract.plain_text), and placeholders taken out.

Nearly all texts are plain already. So a column is only searched, by a pattern that finds every text that
might change; these are made plain one by one.
"""

from collections.abc import Iterator
from functools import cache

import polars as pl

from myedu.contract.placeholders import PLACEHOLDER
from myedu.contract.plain_text import sanitize_text
from myedu.portal.exports.models import RowProblem
from myedu.portal.exports.parse.csv_rows import LINE, LONGEST_FIELD
from myedu.portal.exports.parse.rules import Rule, rules_of

# What sanitize_text may change in one line: markup; what has no ink; what isn't in NFC or combines with the
# letter before it, of which all of \p{M} are some. A test goes through all of Unicode.
_MIGHT_CHANGE = (
    r"[<&\p{Cc}\p{Cf}\p{M}\p{Zl}\p{Zp}\u115f-\u11ff\u2800\u3164\uffa0\ufff0-\ufffb"
    r"\u0374\u037e\u0387\u0958-\u095f\u09dc-\u09df\u0a33-\u0a5e\u0b5c\u0b5d\u0f43-\u0fb9\u1f71-\u1ffd"
    r"\u2000\u2001\u206f\u2065\u2126\u212a\u212b\u2329\u232a\u2adc\uf900-\ufad9\ufb1d-\ufb4e"
    r"\x{1d15e}-\x{1d1c0}\x{2f800}-\x{2fa1d}\x{e0000}-\x{e0fff}]"
)
_NOTHING = f"^(?i:{PLACEHOLDER})$"
_KINDS = ("text", "code", "snils")
_ADDRESSES = ("site",)
"""Columns in which `&lt=2` is part of an address and no markup."""


def without_placeholders(table: str) -> list[pl.Expr]:
    """The optional columns, null where they hold «---», «не указано» and the like."""
    return [
        pl.when(~pl.col(rule.name).str.contains(_NOTHING)).then(pl.col(rule.name)).alias(rule.name)
        for rule in rules_of(table)
        if not rule.required
    ]


def clean(table: str, frame: pl.DataFrame) -> tuple[pl.DataFrame, list[RowProblem]]:
    """The rows with plain texts, and a warning for each text that is another now."""
    rules = _texts_of(table)
    found = frame.select(pl.col(rule.name).str.contains(_MIGHT_CHANGE).fill_null(False) for rule in rules)
    problems: list[RowProblem] = []
    for rule in rules:
        if found[rule.name].any():
            values = frame[rule.name].filter(found[rule.name]).unique()
            plain = {text: new for text in values if (new := _plain(text)) != text}
            if plain:
                problems += _findings(table, rule, frame, plain)
                frame = frame.with_columns(pl.col(rule.name).replace(plain))
    return frame, problems


@cache
def _texts_of(table: str) -> list[Rule]:
    return [rule for rule in rules_of(table) if rule.kind in _KINDS and rule.name not in _ADDRESSES]


def _plain(text: str) -> str | None:
    """None if nothing is left of it: then it is no value."""
    return " ".join(sanitize_text(text, LONGEST_FIELD, lines=False).split()) or None


def _findings(
    table: str, rule: Rule, frame: pl.DataFrame, plain: dict[str, str | None]
) -> Iterator[RowProblem]:
    # Where nothing is left of a required value, the row's check says so.
    told = [text for text, new in plain.items() if new or not rule.required]
    for line in frame.filter(pl.col(rule.name).is_in(told))[LINE]:
        yield RowProblem(table=table, line=line, field=rule.name, code="cleaned", severity="warning")
