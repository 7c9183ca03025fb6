"""Whom the newest export names: the students to ask about, a teacher, an ESIA oid."""

import csv
from collections.abc import Awaitable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import TypeVar

from myedu.connector.conformance.package import Package
from myedu.connector.conformance.rule import Nothing

T = TypeVar("T")

_ROWS = 500_000  # looked through at most: somebody is found long before


async def enrolled(package: Awaitable[Package], today: date) -> list[str]:
    """Ids of the students of today, in the package's order. Raises Nothing, Blocked."""
    day = today.isoformat()
    found = (
        row["person_id"]
        for row in await _rows(package, "enrollments")
        if row.get("person_id") and row.get("starts_on", "") <= day <= (row.get("ends_on") or "9999")
    )
    return list(dict.fromkeys(_readable(found, "enrollments")))


async def first_teacher(package: Awaitable[Package]) -> str:
    """The id of somebody who teaches. Raises Nothing, Blocked."""
    found = (row["staff_id"] for row in await _rows(package, "teaching") if row.get("staff_id"))
    for teacher in _readable(found, "teaching"):
        return teacher
    raise Nothing("учителя в выгрузке нет: --teacher ID", "the export has no teacher: --teacher ID")


async def student_with_oid(package: Awaitable[Package], students: Sequence[str]) -> tuple[str, str]:
    """(oid, student) of the first student asked about who has one. Raises Nothing, Blocked."""
    found = (
        (row["esia_oid"], row["id"])
        for row in await _rows(package, "persons")
        if row.get("esia_oid") and row.get("id") in students
    )
    for oid, student in _readable(found, "persons"):
        return oid, student
    raise Nothing(
        "oid ЕСИА ученика не известен: --esia-oid OID", "no student's ESIA oid is known: --esia-oid OID"
    )


async def _rows(package: Awaitable[Package], name: str) -> Iterator[dict[str, str]]:
    table = await (await package).table(name)
    return (row for row in islice(table.rows(), _ROWS) if row.get("deleted") != "true")


def _readable(found: Iterator[T], table: str) -> Iterator[T]:
    """Raises Nothing where the file stops being CSV: a rule of the export tells of that."""
    try:
        yield from found
    except (UnicodeDecodeError, csv.Error) as error:
        raise Nothing(f"{table} не читается: {error}", f"{table} can't be read: {error}") from None
