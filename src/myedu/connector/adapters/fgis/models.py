"""The people of a federal journal: a JSON file of the contract's tables, because the profile lists nobody."""

from pathlib import Path
from typing import Any

import msgspec

from myedu.connector.adapters.program import AdapterError
from myedu.contract.school import Ref
from myedu.contract.tables import TABLES, RegionCode


class People(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rows as plain objects under the names of the contract's tables; an empty table may be left out."""

    region: RegionCode
    tables: dict[str, list[dict[str, Any]]]

    def rows(self, table: str) -> list[dict[str, Any]]:
        return self.tables.get(table, [])


class Seat(msgspec.Struct, frozen=True):
    """What it takes to ask about a pupil, and to give the answer our ids. `subjects`: name → id."""

    esia_oid: str
    time_zone: str
    organization: Ref
    group: Ref
    subjects: dict[str, str]


def read_people(path: Path) -> People:
    """Raises AdapterError: not there, not JSON, a table that the contract doesn't have."""
    try:
        people = msgspec.json.decode(path.read_bytes(), type=People)
    except OSError as error:
        raise AdapterError(f"{path} can't be read: {error.strerror}; name the file with --people") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise AdapterError(f"{path}: {error}; docs/exchange/adapters/fgis.md shows such a file") from None
    if unknown := sorted(set(people.tables) - set(TABLES)):
        raise AdapterError(f"{path}: {', '.join(unknown)} is no table: there are {', '.join(TABLES)}")
    return people


def seats(people: People, time_zone: str) -> dict[str, Seat]:
    """Enrolled persons by id; the class before a subgroup. Raises AdapterError naming what leads nowhere."""
    schools = _by_id(people, "organizations")
    groups = _by_id(people, "groups")
    persons = _by_id(people, "persons")
    subjects: dict[str, dict[str, str]] = {}
    for row in people.rows("subjects"):
        subjects.setdefault(str(row.get("organization_id")), {})[folded(row.get("name"))] = str(row["id"])
    found: dict[str, Seat] = {}
    ordered = sorted(people.rows("enrollments"), key=lambda row: _kind(groups, row) == "class")
    for row in ordered:
        person = _named(row, "person_id", persons)
        school, group = _named(row, "organization_id", schools), _named(row, "group_id", groups)
        found[str(person["id"])] = Seat(
            esia_oid=str(person.get("esia_oid") or ""),
            time_zone=str(school.get("time_zone") or time_zone),
            organization=Ref(id=str(school["id"]), name=str(school.get("name") or "—")),
            group=Ref(id=str(group["id"]), name=str(group.get("name") or "—")),
            subjects=subjects.get(str(school["id"]), {}),
        )
    if nameless := sum(not seat.esia_oid for seat in found.values()):
        raise AdapterError(
            f"{nameless} of {len(found)} enrolled persons have no esia_oid: the federal journal"
            " can be asked about nobody without one; add it, or leave these persons out"
        )
    return found


def folded(name: object) -> str:
    """A subject's name as it is compared: spaces and case don't tell two apart."""
    return " ".join(str(name or "").split()).casefold()


def _by_id(people: People, table: str) -> dict[str, dict[str, Any]]:
    found = {str(row.get("id")): row for row in people.rows(table)}
    if "None" in found:
        raise AdapterError(f"{table}: a row has no id: add it")
    return found


def _named(row: dict[str, Any], column: str, known: dict[str, dict[str, Any]]) -> dict[str, Any]:
    one = known.get(str(row.get(column)))
    if one is None:
        raise AdapterError(f"enrollments: {row.get('id')}: {column} names nobody of the file: add the row")
    return one


def _kind(groups: dict[str, dict[str, Any]], row: dict[str, Any]) -> object:
    return groups.get(str(row.get("group_id")), {}).get("kind")
