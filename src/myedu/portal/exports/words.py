"""What a vendor's developer reads about a row: one sentence a code, with the way out."""

WORDS = {
    "required": "the value is missing: fill it in, the contract requires it",
    "bad-id": "not an id: 1–64 printable ASCII characters without spaces",
    "too-long": "too long: shorten the value",
    "bad-text": "control characters stand in the text: take them out",
    "bad-date": "not a date: write YYYY-MM-DD between 1900 and 2200",
    "bad-instant": "not an instant: write ISO 8601 with an offset, 2026-09-01T08:00:00+10:00",
    "bad-integer": "not a whole number of the allowed size",
    "bad-flag": "neither true nor false",
    "bad-zone": "no such time zone: write an IANA name such as Asia/Vladivostok",
    "bad-snils": "the check digits of the SNILS are wrong: correct it; until then nobody is matched by it",
    "unknown-code": "the dictionary has no such code: kept as it is; docs/exchange has the known ones",
    "ends-before-start": "the end lies before the beginning",
    "duplicate-id": "another row of this file has the same id and other values: neither is taken",
    "row-and-tombstone": "the file erases this id and has a row of it: it is erased, the row is not taken;"
    " send one of them, and to bring back what was erased a row without a tombstone in the next package",
    "repeated-row": "the same row stands in the file more than once: it is taken once",
    "unknown-reference": "nobody has a row with this id, neither the package nor the portal: export it too",
    "child-older": "the child is not younger than the guardian: correct the dates or the ids",
    "guardian-ring": "the guardians form a ring, somebody guards themselves: correct guardian_id or child_id",
    "two-schools": "the person studies in another school on the same days: taken; end the older enrolment",
    "broken-line": "not a line of this table: count the fields, double the quotes inside a value (RFC 4180)",
    "bad-encoding": "not UTF-8: export the file in UTF-8",
    "unknown-column": "the contract has no such column: it is not read",
    "unread-rows": "lines could not be read, so nobody is archived as absent from this table",
}
"""code → sentence; codes never change their meaning."""
