"""problems.csv holds vendors' values, and no program that opens it runs one of them."""

import csv
import io

import pytest

from myedu.portal.exports.models import LoadContext
from myedu.portal.exports.service import problems_file
from tests.portal.exports.packages import a_school, cell, id_of, spoil
from tests.portal.exports.taking import Write, take

FORMULAS = ("=", "+", "-", "@", "\t", "\r")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=cmd|1", "'=cmd|1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-1", "'-1"),
        ("g;=cmd|1", "g;'=cmd|1"),
        ('g;"=cmd|1";+1', "g;'\"=cmd|1\";'+1"),
        ("g;1", "g;1"),
        ("g=1-2", "g=1-2"),
    ],
)
async def test_no_value_is_a_formula_whatever_the_separator(
    context: LoadContext, write: Write, value: str, written: str
) -> None:
    folder = write(a_school())
    spoil(folder, "groups", cell("groups", 2, "parent_id", value))
    await take(context, folder)
    pieces = [piece async for piece in problems_file(context.database, "r25-a", id_of(folder))]
    text = b"".join(pieces).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["code"], row["detail"]) == ("unknown-reference", written)
    for separator in ",;":
        cells = [one for line in csv.reader(io.StringIO(text), delimiter=separator) for one in line]
        assert not [one for one in cells if one.strip(' "').startswith(FORMULAS)]
