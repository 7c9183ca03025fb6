"""Writes a provider's roster as a OneRoster CSV set: the same code then makes packages of both bindings."""

import csv
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

from myedu.connector.adapters.oneroster import rest_models as rest
from myedu.connector.adapters.oneroster.columns import COMMON, OTHER_FILES, SOURCES, STANDARD
from myedu.connector.adapters.oneroster.source import Provider
from myedu.connector.adapters.oneroster.translate import joined_id

Cells = dict[str, str]  # column → value
T = TypeVar("T", bound=rest.Thing)


async def write_set(provider: Provider, folder: Path, since: datetime | None) -> None:
    """Write a bulk set, or with `since` a delta of what was modified later. Raises JournalError."""
    mode = "bulk" if since is None else "delta"
    condition = "" if since is None else f"dateLastModified>'{_instant(since)}'"
    with _CsvFiles(folder, bulk=since is None) as files:
        for collection in _COLLECTIONS:
            await collection.write(provider, files, condition)
    _write_manifest(folder, mode)


class _CsvFiles:
    """All files of the set, open at once because a user's roles are in a file of their own."""

    def __init__(self, folder: Path, *, bulk: bool) -> None:
        self._folder, self._bulk = folder, bulk

    def __enter__(self) -> "_CsvFiles":
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

    def write(self, file: str, thing: rest.Thing, cells: Cells) -> None:
        """A bulk set has no objects to be deleted, and neither statuses nor dates."""
        stamps: Cells = {}
        if self._bulk and thing.status == "tobedeleted":
            return
        if not self._bulk:
            stamps = {
                "status": "tobedeleted" if thing.status == "tobedeleted" else "active",
                "dateLastModified": _instant(thing.date_last_modified) if thing.date_last_modified else "",
            }
        self._writers[file].writerow({"sourcedId": thing.sourced_id, **stamps, **cells})


def _columns(file: str) -> list[str]:
    source = SOURCES[file]
    return list(dict.fromkeys((*COMMON, *source.required, *source.kept)))


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _write_manifest(folder: Path, mode: str) -> None:
    properties = {"manifest.version": "1.0", "oneroster.version": "1.2"}
    properties |= {
        f"file.{name}": mode if name in STANDARD else "absent" for name in (*STANDARD, *OTHER_FILES)
    }
    lines = [f"{name},{value}" for name, value in properties.items()]
    (folder / "manifest.csv").write_text("\r\n".join(["propertyName,value", *lines, ""]), encoding="utf-8")


def _ids(links: Iterable[rest.Link]) -> str:
    return ",".join(link.sourced_id for link in links)


def _id(link: rest.Link | None) -> str:
    return link.sourced_id if link else ""


def _org(org: rest.Org) -> Cells:
    return {"name": org.name, "type": org.type, "parentSourcedId": _id(org.parent)}


def _session(session: rest.AcademicSession) -> Cells:
    return {
        "title": session.title,
        "type": session.type,
        "startDate": session.start_date,
        "endDate": session.end_date,
        "parentSourcedId": _id(session.parent),
        "schoolYear": str(session.school_year),
    }


def _course(course: rest.Course) -> Cells:
    return {
        "title": course.title,
        "orgSourcedId": _id(course.org),
        "schoolYearSourcedId": _id(course.school_year),
        "grades": ",".join(course.grades),
        "subjects": ",".join(course.subjects),
    }


def _class(school_class: rest.SchoolClass) -> Cells:
    return {
        "title": school_class.title,
        "classType": school_class.class_type,
        "courseSourcedId": _id(school_class.course),
        "schoolSourcedId": _id(school_class.school),
        "termSourcedIds": _ids(school_class.terms),
        "grades": ",".join(school_class.grades),
    }


def _user(user: rest.User) -> Cells:
    return {
        "enabledUser": "true" if user.enabled_user in (True, "true") else "false",
        "username": user.username,
        "givenName": user.given_name,
        "familyName": user.family_name,
        "middleName": user.middle_name or "",
        "userIds": ",".join(f"{{{user_id.type}:{user_id.identifier}}}" for user_id in user.user_ids),
        "agentSourcedIds": _ids(user.agents),
    }


def _role(user: rest.User, role: rest.UserRole) -> Cells:
    """Roles have no id in REST: it is made of the user, the organisation and the role."""
    return {
        "sourcedId": joined_id(user.sourced_id, _id(role.org), role.role),
        "userSourcedId": user.sourced_id,
        "roleType": role.role_type,
        "role": role.role,
        "orgSourcedId": _id(role.org),
        "beginDate": role.begin_date or "",
        "endDate": role.end_date or "",
    }


def _enrollment(enrollment: rest.Enrollment) -> Cells:
    return {
        "classSourcedId": _id(enrollment.school_class),
        "schoolSourcedId": _id(enrollment.school),
        "userSourcedId": _id(enrollment.user),
        "role": enrollment.role,
        "beginDate": enrollment.begin_date or "",
        "endDate": enrollment.end_date or "",
    }


def _demographics(demographics: rest.Demographics) -> Cells:
    return {"birthDate": demographics.birth_date or "", "sex": demographics.sex or ""}


class _Collection(msgspec.Struct, Generic[T], frozen=True):
    """A collection of the provider, which is also the name of the file, and how its rows are written."""

    name: str
    kind: type[T]
    cells: Callable[[T], Cells]

    async def write(self, provider: Provider, files: _CsvFiles, condition: str) -> None:
        async for thing in provider.all(f"/{self.name}", self.name, self.kind, filter=condition):
            files.write(self.name, thing, self.cells(thing))
            if isinstance(thing, rest.User):
                for role in thing.roles:
                    files.write("roles", thing, _role(thing, role))


_COLLECTIONS: tuple[_Collection[Any], ...] = (
    _Collection("academicSessions", rest.AcademicSession, _session),
    _Collection("orgs", rest.Org, _org),
    _Collection("courses", rest.Course, _course),
    _Collection("classes", rest.SchoolClass, _class),
    _Collection("users", rest.User, _user),
    _Collection("demographics", rest.Demographics, _demographics),
    _Collection("enrollments", rest.Enrollment, _enrollment),
)
