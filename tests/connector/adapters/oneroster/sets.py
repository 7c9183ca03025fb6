"""A small OneRoster 1.2 set of invented people, and ways to write it whole, spoiled or as a delta."""

import csv
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from myedu.connector.adapters.oneroster.columns import OTHER_FILES, STANDARD

COLUMNS: dict[str, str] = {
    "academicSessions": "title type startDate endDate parentSourcedId schoolYear",
    "orgs": "name type identifier parentSourcedId",
    "courses": "schoolYearSourcedId title courseCode grades orgSourcedId subjects subjectCodes",
    "classes": "title grades courseSourcedId classCode classType location schoolSourcedId termSourcedIds"
    " subjects subjectCodes periods",
    "users": "enabledUser username userIds givenName familyName middleName identifier email sms phone"
    " agentSourcedIds grades password",
    "demographics": "birthDate sex cityOfBirth",
    "roles": "userSourcedId roleType role beginDate endDate orgSourcedId userProfileSourcedId",
    "enrollments": "classSourcedId schoolSourcedId userSourcedId role primary beginDate endDate",
    "userProfiles": "userSourcedId profileType vendorId credentialType username password",
    "results": "lineItemSourcedId studentSourcedId scoreStatus score scoreDate",
}
"""Beside sourcedId, status and dateLastModified."""

Rows = dict[str, list[dict[str, str]]]
STAMP = "2026-11-22T20:00:00.000Z"


def a_set() -> Rows:
    """One school of a district: a class, a subgroup, an elective; two pupils and who belongs to them."""
    year = {"schoolYear": "2027"}
    quarter = {"type": "gradingPeriod", "parentSourcedId": "y26", **year}
    lesson = {"classType": "scheduled", "schoolSourcedId": "s1", "courseSourcedId": "alg9"}
    return {
        "academicSessions": [
            {
                "sourcedId": "y26",
                "title": "2026/27",
                "type": "schoolYear",
                "startDate": "2026-09-01",
                "endDate": "2027-06-01",
                **year,
            },
            {
                "sourcedId": "q1",
                "title": "1 четверть",
                "startDate": "2026-09-01",
                "endDate": "2026-10-26",
                **quarter,
            },
            {
                "sourcedId": "q2",
                "title": "2 четверть",
                "startDate": "2026-11-05",
                "endDate": "2026-12-29",
                **quarter,
            },
            {
                "sourcedId": "q3",
                "title": "3 четверть",
                "startDate": "2027-01-11",
                "endDate": "2027-03-22",
                **quarter,
            },
            {
                "sourcedId": "q4",
                "title": "4 четверть",
                "startDate": "2027-03-31",
                "endDate": "2027-06-01",
                **quarter,
            },
        ],
        "orgs": [
            {"sourcedId": "d1", "name": "Отдел образования", "type": "district", "identifier": "1655000000"},
            {"sourcedId": "s1", "name": "Школа № 7", "type": "school", "parentSourcedId": "d1"},
        ],
        "courses": [
            {
                "sourcedId": "alg9",
                "title": "Алгебра",
                "subjects": "Математика",
                "orgSourcedId": "s1",
                "courseCode": "A9",
                "schoolYearSourcedId": "y26",
            },
            {
                "sourcedId": "home",
                "title": "Классный час",
                "orgSourcedId": "s1",
                "schoolYearSourcedId": "y26",
            },
        ],
        "classes": [
            {
                "sourcedId": "c9b",
                "title": "9 «б»",
                "grades": "09",
                "courseSourcedId": "home",
                "classType": "homeroom",
                "schoolSourcedId": "s1",
                "termSourcedIds": "q1,q2, q3,q4",
            },
            {
                "sourcedId": "a9b",
                "title": "Алгебра 9 «Б», 1 группа",
                "grades": "09",
                "termSourcedIds": "y26",
                **lesson,
            },
            {
                "sourcedId": "el",
                "title": "Олимпиадная математика",
                "grades": "09,10",
                "termSourcedIds": "y26",
                **lesson,
            },
        ],
        "users": [
            _user(
                "p1",
                "Ковалёв",
                "Илья",
                "Ильич",
                userIds="{SNILS:112-233-445 95},{local:7}",
                agentSourcedIds="m1,g1",
            ),
            _user("p2", "Ковалёва", "Анна", "", agentSourcedIds="m1"),
            _user("m1", "Ковалёва", "Мария", "Олеговна", agentSourcedIds="p1,p2", email="m@example.org"),
            _user("g1", "Орлов", "Пётр", ""),
            _user("t1", "Тихонова", "Ольга", "Ивановна"),
        ],
        "demographics": [
            {"sourcedId": "p1", "birthDate": "2011-05-06", "sex": "male", "cityOfBirth": "Казань"},
            {"sourcedId": "p2", "birthDate": "2011-07-08", "sex": "female"},
        ],
        "roles": [
            _role("r-p1", "p1", "student"),
            _role("r-p2", "p2", "student"),
            _role("r-m1", "m1", "parent", beginDate="2020-09-01"),
            _role("r-g1", "g1", "guardian"),
            _role("r-t1", "t1", "teacher", beginDate="2015-08-25"),
        ],
        "enrollments": [
            _enrolled("e1", "c9b", "p1", "student", beginDate="2026-09-03", endDate="2027-06-01"),
            _enrolled("e2", "c9b", "p2", "student"),
            _enrolled("e3", "a9b", "p1", "student"),
            _enrolled("e4", "a9b", "t1", "teacher", primary="true"),
            _enrolled("e5", "c9b", "t1", "teacher"),
            _enrolled("e6", "c9b", "t1", "proctor"),
        ],
    }


def _user(row_id: str, family: str, given: str, middle: str, **other: str) -> dict[str, str]:
    names = {"familyName": family, "givenName": given, "middleName": middle}
    return {"sourcedId": row_id, "enabledUser": "true", "username": row_id, **names, **other}


def _role(row_id: str, user: str, role: str, **other: str) -> dict[str, str]:
    where = {"roleType": "primary", "orgSourcedId": "s1"}
    return {"sourcedId": row_id, "userSourcedId": user, "role": role, **where, **other}


def _enrolled(row_id: str, group: str, user: str, role: str, **other: str) -> dict[str, str]:
    who = {"classSourcedId": group, "userSourcedId": user, "role": role, "schoolSourcedId": "s1"}
    return {"sourcedId": row_id, **who, **other}


def altered(rows: Rows, file: str, row_id: str, **values: str) -> Rows:
    """The same set with one row changed."""
    changed = [row | values if row["sourcedId"] == row_id else row for row in rows[file]]
    return rows | {file: changed}


def without(rows: Rows, file: str, *ids: str) -> Rows:
    return rows | {file: [row for row in rows[file] if row["sourcedId"] not in ids]}


def delta(**files: list[dict[str, str]]) -> Rows:
    """Rows of a delta: active and dated unless given otherwise."""
    return {
        file: [{"status": "active", "dateLastModified": STAMP} | row for row in rows]
        for file, rows in files.items()
    }


def row_of(rows: Rows, file: str, row_id: str, **values: str) -> dict[str, str]:
    """One row with changed values."""
    return next(row for row in rows[file] if row["sourcedId"] == row_id) | values


def as_1_1(rows: Rows) -> Rows:
    """The same set in OneRoster 1.1: each user has one role at some orgs, and there is no roles.csv."""
    roles = {row["userSourcedId"]: row for row in rows.get("roles", [])}
    users = [
        user
        | {
            "role": roles[user["sourcedId"]]["role"],
            "orgSourcedIds": roles[user["sourcedId"]]["orgSourcedId"],
        }
        for user in rows["users"]
    ]
    return {file: those for file, those in rows.items() if file != "roles"} | {"users": users}


def text_of(file: str, rows: list[dict[str, str]]) -> str:
    text = io.StringIO()
    columns = ["sourcedId", "status", "dateLastModified", *COLUMNS[file].split()]
    columns += sorted(
        {name for row in rows for name in row if name in ("role", "orgSourcedIds")} - {*columns}
    )
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def manifest_of(present: Mapping[str, str], **properties: str) -> str:
    """`present`: file → mode; the others are absent. `oneroster_version` is the property with a dot."""
    lines = {"manifest.version": "1.0", "oneroster.version": "1.2"}
    lines |= {
        f"file.{file}": present.get(file, "absent")
        for file in (*STANDARD, *OTHER_FILES)
        if file != "userFlags"
    }
    lines |= {"source.systemName": "Журнал «Образец»", "source.systemCode": "sample"}
    lines |= {name.replace("_", "."): value for name, value in properties.items()}
    return "propertyName,value\r\n" + "".join(f"{name},{value}\r\n" for name, value in lines.items())


def files_of(rows: Rows, mode: str = "bulk", version: str = "1.2") -> dict[str, bytes]:
    """File name → content, the manifest among them."""
    files = {f"{file}.csv": text_of(file, those).encode() for file, those in rows.items()}
    manifest = manifest_of(dict.fromkeys(rows, mode), oneroster_version=version)
    return files | {"manifest.csv": manifest.encode()}


def write_folder(folder: Path, files: Mapping[str, bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def write_zip(path: Path, files: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path
