"""What a vendor's developer reads about a row and about a package: one sentence a code, with the way out.

docs/exchange/{ru,en}/problems.md is made of these: `make docs`.
"""

from myedu.portal.exports.report.words_ru import WORDS_RU

WORDS = {
    "required": "the value is missing: fill it in, the contract requires it",
    "bad-id": "not an id: 1–64 printable ASCII characters without spaces",
    "too-long": "too long: shorten the value",
    "bad-text": "control characters stand in the text: take them out",
    "cleaned": "invisible characters, markup or letters in parts stood in the text: it is taken without them",
    "bad-date": "not a date: write YYYY-MM-DD between 1900 and 2200",
    "birth-to-come": "a birth date after the day of the package: correct it; until then no person is matched"
    " by it",
    "bad-instant": "not an instant: write ISO 8601 with an offset, 2026-09-01T08:00:00+10:00",
    "bad-integer": "not a whole number of the allowed size",
    "bad-flag": "neither true nor false",
    "bad-zone": "no such time zone: write an IANA name such as Asia/Vladivostok",
    "bad-snils": "not a SNILS, or its check digits are wrong: correct it; until then no person is matched by"
    " it",
    "short-snils": "a leading zero of the SNILS is lost, as a spreadsheet drops it: export it as text, eleven"
    " digits; until then no person is matched by it",
    "rounded-id": "a spreadsheet has rounded this number, and others may have become the same: export again,"
    " and don't save the file in a spreadsheet",
    "unknown-code": "the dictionary has no such code: kept as it is; docs/exchange has the known ones",
    "ends-before-start": "the end lies before the beginning",
    "duplicate-id": "another row of this file has the same id and other values: neither is taken",
    "row-and-tombstone": "the file erases this id and has a row of it: it is erased, the row is not taken;"
    " send one of them, and to bring back what was erased a row without a tombstone in the next package",
    "repeated-row": "the same row stands in the file more than once: it is taken once",
    "unknown-reference": "neither the package nor the portal has a row with this id: export it too",
    "child-older": "the child is not younger than the guardian: correct the dates or the ids",
    "guardian-ring": "the guardianships form a cycle, so a person is their own guardian:"
    " correct guardian_id or child_id",
    "two-schools": "the person studies in another school on the same days: taken; end the older enrolment",
    "broken-line": "not a line of this table: count the fields, double the quotes inside a value (RFC 4180)",
    "bad-encoding": "not UTF-8: export the file in UTF-8",
    "unknown-column": "the contract has no such column: it is not read",
    "unnamed-column": "columns of the header have no name: they are not read; leave out the commas behind the"
    " last name",
    "unread-rows": "lines could not be read, so no row is archived as absent from this table",
}
"""code → sentence; codes never change their meaning."""

PACKAGE_WORDS = {
    "refused": {
        "bad-manifest": "manifest.json can't be read, or says what can't be: correct the place that `reason`"
        " names",
        "wrong-contract": "a contract of another version: write packages of version 1",
        "wrong-region": "another region than the system is registered in: correct the manifest, or have the"
        " operator correct the registration",
        "table-twice": "the manifest names a table twice: name each once",
        "file-twice": "two tables of the manifest name one file: give each its own",
        "too-many-tables": "the manifest names far more tables than the contract has: leave out the others",
        "missing-table": "a full package lacks a table: send all, with only a header where there are no rows",
        "bad-base": "a full package names a base, or a delta doesn't: only a delta has one",
        "not-yet-made": "`created_at` lies more than a day ahead: set the clock and make the package again",
        "older-package": "not made after the package that stands: make a new one, and look at the clock",
        "missing-base": "the delta builds on another package than the current one: send a full package",
        "missing-file": "a file of the manifest isn't there: send the package whole",
        "wrong-size": "a file has another size than the manifest says: it was cut, send it again",
        "wrong-sum": "a file has another sha256 than the manifest says: send the package again",
        "wrong-rows": "a file has another number of rows than the manifest says: count what was written",
        "unreadable-file": "a file is damaged, cut or not what its name says: write it again",
        "too-large": "more than the portal takes or unpacks: split the region",
        "missing-column": "the header lacks a column that the contract requires: `reason` says which, and"
        " why that is",
        "column-twice": "the header has a column twice: keep one",
        "wrong-type": "a column of a Parquet file is a list or the like, or its ids are numbers that its type"
        " doesn't hold exactly: write text, a number or a date, and ids as text",
        "refused-by-operator": "an operator has looked at the package and refused it: ask the operator, then"
        " send a new one",
        "failed": "the portal itself failed over the package and tries no more: there is nothing to correct"
        " in it, ask the operator",
    },
    "held": {
        "many-absent": "much of a table would be archived or erased: tell the operator whether that is"
        " right, or send a whole package",
        "many-identities": "many persons would get another SNILS or birth date: ids have to name the same"
        " persons always; tell the operator whether that is right",
        "unread-rights": "lines or ids of guardianships can't be read, so rights that have ended might go"
        " on: send a package that can be read",
    },
    "unchanged": {
        "applied-before": "this very package stands, its files are not read again: corrected rows need a"
        " package with a new `export_id`",
        "newer-stands": "this package was applied, and a newer one stands now: corrected rows need a package"
        " with a new `export_id`",
    },
    "rolled-back": {
        "rolled-back": "an operator has taken the package back: send a new one, or ask the operator to agree"
        " to it",
    },
    "operator": {
        "no-manifest": "the folder has no manifest.json: give the folder of a package",
        "unknown-system": "no such system is registered: register it with its region first",
        "not-kept": "the package's files are not in the spool: load its folder again, with `--agree`",
        "nothing-to-undo": "no package of the region can be rolled back: of each system only the last one"
        " can, and once",
        "another-is-last": "another package was applied while the operator looked: look again",
    },
}
"""What became of a package (`operator`: errors of commands, shown in a terminal only) → code → sentence."""


def words_en(code: str) -> str:
    """The sentence of a code; the code itself if it is unknown."""
    return WORDS.get(code, code)


def words_ru(code: str) -> str:
    """The same in Russian."""
    return WORDS_RU.get(code, words_en(code))
