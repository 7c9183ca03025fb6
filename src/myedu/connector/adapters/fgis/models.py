"""The people of a federal journal: a JSON file with the contract's tables, because the profile lists none."""

from pathlib import Path
from typing import Any

import msgspec

from myedu.connector.adapters.program import AdapterError
from myedu.contract.school import Ref
from myedu.contract.tables import TABLES, RegionCode

FileRow = dict[str, Any]
"""Column → its JSON value."""


class People(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rows as plain objects by names of the contract's tables; an empty table may be omitted."""

    region: RegionCode
    tables: dict[str, list[FileRow]]

    def rows(self, table: str) -> list[FileRow]:
        """The rows of a table, none if it is omitted."""
        return self.tables.get(table, [])


class EnrolledStudent(msgspec.Struct, frozen=True):
    """An enrolled student: what a request needs, and the export's ids for the answer."""

    esia_oid: str
    time_zone: str
    organization: Ref
    group: Ref
    subjects: dict[str, str]  # folded name → id in the export


def read_people(path: Path) -> People:
    """The file of people. Raises AdapterError if it is missing, not JSON, or has an unknown table."""
    try:
        people = msgspec.json.decode(path.read_bytes(), type=People)
    except OSError as error:
        raise AdapterError(f"{path} can't be read: {error.strerror}; name the file with --people") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise AdapterError(f"{path}: {error}; docs/exchange/adapters/fgis.md shows such a file") from None
    if unknown := sorted(set(people.tables) - set(TABLES)):
        raise AdapterError(f"{path}: {', '.join(unknown)} is not a table: the tables are {', '.join(TABLES)}")
    return people


def enrolled_students(people: People, time_zone: str) -> dict[str, EnrolledStudent]:
    """Id of an enrolled person → their seat, in a class rather than in a subgroup. Raises AdapterError."""
    schools = _by_id(people, "organizations")
    groups = _by_id(people, "groups")
    persons = _by_id(people, "persons")
    subjects: dict[str, dict[str, str]] = {}
    for row in people.rows("subjects"):
        subjects.setdefault(str(row.get("organization_id")), {})[folded(row.get("name"))] = str(row["id"])
    found: dict[str, EnrolledStudent] = {}
    class_last = sorted(people.rows("enrollments"), key=lambda row: _kind(groups, row) == "class")
    for row in class_last:  # the last one wins
        person = _named(row, "person_id", persons)
        school, group = _named(row, "organization_id", schools), _named(row, "group_id", groups)
        found[str(person["id"])] = EnrolledStudent(
            esia_oid=str(person.get("esia_oid") or ""),
            time_zone=str(school.get("time_zone") or time_zone),
            organization=Ref(id=str(school["id"]), name=str(school.get("name") or "—")),
            group=Ref(id=str(group["id"]), name=str(group.get("name") or "—")),
            subjects=subjects.get(str(school["id"]), {}),
        )
    if without_oid := sum(not enrolled.esia_oid for enrolled in found.values()):
        raise AdapterError(
            f"{without_oid} of {len(found)} enrolled persons have no esia_oid, which every request to the"
            " federal journal needs: add it, or remove these persons"
        )
    return found


def folded(name: object) -> str:
    """A subject's name for comparison, without differences in spaces and case."""
    return " ".join(str(name or "").split()).casefold()


def _by_id(people: People, table: str) -> dict[str, FileRow]:
    rows = {str(row.get("id")): row for row in people.rows(table)}
    if "None" in rows:
        raise AdapterError(f"{table}: a row has no id: add it")
    return rows


def _named(row: FileRow, column: str, known: dict[str, FileRow]) -> FileRow:
    target = known.get(str(row.get(column)))
    if target is None:
        raise AdapterError(f"enrollments: {row.get('id')}: {column} names no row of the file: add the row")
    return target


def _kind(groups: dict[str, FileRow], row: FileRow) -> object:
    return groups.get(str(row.get("group_id")), {}).get("kind")
