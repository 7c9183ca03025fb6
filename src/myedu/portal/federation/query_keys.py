"""The keys by which a query's copy is found in the database and in caches, and its lease among processes."""

import hashlib
from collections.abc import Mapping
from datetime import date

import msgspec

from myedu.portal.federation.models import Answer, JournalQuery

CacheKey = tuple[str, str, str, str, date, date]
"""Region, system, student, method, first day, last day: the primary key of federation.copies."""


def cache_key(query: JournalQuery[Answer]) -> CacheKey:
    """The row of federation.copies that answers this query, as a key of a dict."""
    student, window = query.student, query.window
    return (
        student.region,
        student.system_id,
        student.person_id,
        query.method,
        window.first,
        window.last,
    )


def row_key(query: JournalQuery[Answer]) -> Mapping[str, object]:
    """The same as parameters of a statement, by column."""
    student, window = query.student, query.window
    return {
        "region": student.region,
        "system_id": student.system_id,
        "student_id": student.person_id,
        "method": query.method,
        "first_day": window.first,
        "last_day": window.last,
    }


def row_name(query: JournalQuery[Answer]) -> bytes:
    """The same as one unambiguous line of JSON: the encryption of a copy is bound to it."""
    return msgspec.json.encode(cache_key(query))


def lease_key(query: JournalQuery[Answer]) -> bytes:
    """32 bytes that don't reveal the person's id: the SHA-256 of the row's name."""
    return hashlib.sha256(row_name(query)).digest()
