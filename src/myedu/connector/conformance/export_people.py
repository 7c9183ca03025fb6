"""People that the newest export package lists: enrolled students, a teacher, a student's ESIA oid."""

import csv
from collections.abc import Awaitable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import TypeVar

from myedu.connector.conformance.package import Package
from myedu.connector.conformance.rule import Skipped

T = TypeVar("T")

_ROWS = 500_000  # read of a table at most: a match stands far earlier


async def enrolled(package: Awaitable[Package], today: date) -> list[str]:
    """Ids of the students enrolled today, in the package's order. Raises Skipped, Blocked."""
    day = today.isoformat()
    found = (
        row["person_id"]
        for row in await _rows(package, "enrollments")
        if row.get("person_id") and row.get("starts_on", "") <= day <= (row.get("ends_on") or "9999")
    )
    return list(dict.fromkeys(_readable(found, "enrollments")))


async def first_teacher(package: Awaitable[Package]) -> str:
    """The id of the first teacher who teaches a group. Raises Skipped, Blocked."""
    found = (row["staff_id"] for row in await _rows(package, "teaching") if row.get("staff_id"))
    for teacher in _readable(found, "teaching"):
        return teacher
    raise Skipped("учителя в выгрузке нет: --teacher ID", "the export has no teacher: --teacher ID")


async def student_with_oid(package: Awaitable[Package], students: Sequence[str]) -> tuple[str, str]:
    """(oid, id) of the first of `students` that has an ESIA oid. Raises Skipped, Blocked."""
    found = (
        (row["esia_oid"], row["id"])
        for row in await _rows(package, "persons")
        if row.get("esia_oid") and row.get("id") in students
    )
    for oid, student in _readable(found, "persons"):
        return oid, student
    raise Skipped(
        "oid ЕСИА ученика не известен: --esia-oid OID", "no student's ESIA oid is known: --esia-oid OID"
    )


async def _rows(package: Awaitable[Package], name: str) -> Iterator[dict[str, str]]:
    table = await (await package).table(name)
    return (row for row in islice(table.rows(), _ROWS) if row.get("deleted") != "true")


def _readable(found: Iterator[T], table: str) -> Iterator[T]:
    """Raises Skipped where the file stops being CSV: a rule of the export reports that."""
    try:
        yield from found
    except (UnicodeDecodeError, csv.Error) as error:
        raise Skipped(f"{table} не читается: {error}", f"{table} can't be read: {error}") from None
