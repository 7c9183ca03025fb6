"""A provider's roster as a OneRoster CSV set, so that one belt makes packages of both bindings."""

import csv
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from myedu.connector.adapters.oneroster import rest_models as rest
from myedu.connector.adapters.oneroster.columns import COMMON, OTHER_FILES, SOURCES, STANDARD
from myedu.connector.adapters.oneroster.source import Provider
from myedu.connector.adapters.oneroster.translate import joined_id

Cells = dict[str, str]


async def write_set(provider: Provider, folder: Path, since: datetime | None) -> None:
    """Bulk, or with `since` a delta of what was modified later. Raises JournalError."""
    mode = "bulk" if since is None else "delta"
    wanted = "" if since is None else f"dateLastModified>'{_instant(since)}'"
    with _Files(folder, bulk=since is None) as files:
        for file, (kind, cells) in _COLLECTIONS.items():
            async for one in provider.all(f"/{file}", file, kind, filter=wanted):
                files.write(file, one, cells(one))
                if isinstance(one, rest.User):
                    for role in one.roles:
                        files.write("roles", one, _role(one, role))
    _write_manifest(folder, mode)


class _Files:
    """Every file of the set, open at once: a user's roles are a file of their own."""

    def __init__(self, folder: Path, *, bulk: bool) -> None:
        self._folder, self._bulk = folder, bulk

    def __enter__(self) -> "_Files":
        self._open = {
            name: (self._folder / f"{name}.csv").open("w", encoding="utf-8", newline="") for name in STANDARD
        }
        self._writers = {
            name: csv.DictWriter(file, _columns(name), restval="", extrasaction="raise")
            for name, file in self._open.items()
        }
        for writer in self._writers.values():
            writer.writeheader()
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._open.values():
            file.close()

    def write(self, file: str, one: rest.Thing, cells: Cells) -> None:
        """A row. In a bulk set status and date are empty, and who is to be deleted is left out."""
        stamps: Cells = {}
        if self._bulk and one.status == "tobedeleted":
            return
        if not self._bulk:
            stamps = {
                "status": "tobedeleted" if one.status == "tobedeleted" else "active",
                "dateLastModified": _instant(one.date_last_modified) if one.date_last_modified else "",
            }
        self._writers[file].writerow({"sourcedId": one.sourced_id, **stamps, **cells})


def _columns(file: str) -> list[str]:
    source = SOURCES[file]
    return list(dict.fromkeys((*COMMON, *source.required, *source.kept)))


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _write_manifest(folder: Path, mode: str) -> None:
    said = {"manifest.version": "1.0", "oneroster.version": "1.2"}
    said |= {f"file.{name}": mode if name in STANDARD else "absent" for name in (*STANDARD, *OTHER_FILES)}
    lines = [f"{name},{value}" for name, value in said.items()]
    (folder / "manifest.csv").write_text("\r\n".join(["propertyName,value", *lines, ""]), encoding="utf-8")


def _ids(links: Iterable[rest.Link]) -> str:
    return ",".join(link.sourced_id for link in links)


def _id(link: rest.Link | None) -> str:
    return link.sourced_id if link else ""


def _org(one: rest.Org) -> Cells:
    return {"name": one.name, "type": one.type, "parentSourcedId": _id(one.parent)}


def _session(one: rest.AcademicSession) -> Cells:
    return {
        "title": one.title,
        "type": one.type,
        "startDate": one.start_date,
        "endDate": one.end_date,
        "parentSourcedId": _id(one.parent),
        "schoolYear": str(one.school_year),
    }


def _course(one: rest.Course) -> Cells:
    return {
        "title": one.title,
        "orgSourcedId": _id(one.org),
        "schoolYearSourcedId": _id(one.school_year),
        "grades": ",".join(one.grades),
        "subjects": ",".join(one.subjects),
    }


def _class(one: rest.SchoolClass) -> Cells:
    return {
        "title": one.title,
        "classType": one.class_type,
        "courseSourcedId": _id(one.course),
        "schoolSourcedId": _id(one.school),
        "termSourcedIds": _ids(one.terms),
        "grades": ",".join(one.grades),
    }


def _user(one: rest.User) -> Cells:
    return {
        "enabledUser": "true" if one.enabled_user in (True, "true") else "false",
        "username": one.username,
        "givenName": one.given_name,
        "familyName": one.family_name,
        "middleName": one.middle_name or "",
        "userIds": ",".join(f"{{{given.type}:{given.identifier}}}" for given in one.user_ids),
        "agentSourcedIds": _ids(one.agents),
    }


def _role(one: rest.User, role: rest.UserRole) -> Cells:
    """In REST a role has no id of its own: it is made of what tells it apart."""
    return {
        "sourcedId": joined_id(one.sourced_id, _id(role.org), role.role),
        "userSourcedId": one.sourced_id,
        "roleType": role.role_type,
        "role": role.role,
        "orgSourcedId": _id(role.org),
        "beginDate": role.begin_date or "",
        "endDate": role.end_date or "",
    }


def _enrollment(one: rest.Enrollment) -> Cells:
    return {
        "classSourcedId": _id(one.school_class),
        "schoolSourcedId": _id(one.school),
        "userSourcedId": _id(one.user),
        "role": one.role,
        "beginDate": one.begin_date or "",
        "endDate": one.end_date or "",
    }


def _demographics(one: rest.Demographics) -> Cells:
    return {"birthDate": one.birth_date or "", "sex": one.sex or ""}


_COLLECTIONS: dict[str, tuple[type[rest.Thing], Callable[[Any], Cells]]] = {
    "academicSessions": (rest.AcademicSession, _session),
    "orgs": (rest.Org, _org),
    "courses": (rest.Course, _course),
    "classes": (rest.SchoolClass, _class),
    "users": (rest.User, _user),
    "demographics": (rest.Demographics, _demographics),
    "enrollments": (rest.Enrollment, _enrollment),
}
"""The collection, which is also the file, and how a row of it is written."""
