"""Writes a provider's roster as a OneRoster CSV set: the same code then makes packages of both bindings."""

import csv
import logging
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from myedu.connector.adapters.oneroster import rest_models as rest
from myedu.connector.adapters.oneroster.columns import COMMON, OTHER_FILES, SOURCES, STANDARD
from myedu.connector.adapters.oneroster.package import OddValue
from myedu.connector.adapters.oneroster.rest_models import id_of
from myedu.connector.adapters.oneroster.source import Provider
from myedu.connector.adapters.oneroster.translate import joined_id

Cells = dict[str, str]  # column → value
T = TypeVar("T", bound=rest.Thing)

log = logging.getLogger(__name__)

_SHOWN = 20  # odd values of a column whose lines are kept; all are counted
_COLUMNS = {
    "parent": "parentSourcedId", "org": "orgSourcedId", "school": "schoolSourcedId",
    "class": "classSourcedId", "course": "courseSourcedId", "user": "userSourcedId",
    "terms": "termSourcedIds", "agents": "agentSourcedIds",
}  # fmt: skip
"""Name in JSON → column, where they differ."""


async def write_set(
    provider: Provider, folder: Path, since: datetime | None, now: datetime
) -> tuple[OddValue, ...]:
    """Write a bulk set, or with `since` a delta of what was modified later; returns what was left empty.

    `now`: when an object of a delta was modified that doesn't say so. Raises JournalError.
    """
    mode = "bulk" if since is None else "delta"
    condition = "" if since is None else f"dateLastModified>'{_instant(since)}'"
    odd: list[OddValue] = []
    with CsvFiles(folder, None if since is None else _instant(now)) as files:
        for collection in _COLLECTIONS:
            odd += await collection.write(provider, files, condition)
    _write_manifest(folder, mode)
    return tuple(odd)


class CsvFiles:
    """All files of the set, open at once because a user's roles are in a file of their own.

    `modified`: of a delta's objects that don't say when; None in a bulk set, which has no dates of them.
    """

    def __init__(self, folder: Path, modified: str | None) -> None:
        self._folder, self._modified = folder, modified

    def __enter__(self) -> "CsvFiles":
        self._open = {
            name: (self._folder / f"{name}.csv").open("w", encoding="utf-8", newline="") for name in STANDARD
        }
        self._writers = {
            name: csv.DictWriter(file, _columns(name), restval="", extrasaction="raise")
            for name, file in self._open.items()
        }
        for writer in self._writers.values():
            writer.writeheader()
        self.lines = dict.fromkeys(STANDARD, 1)
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._open.values():
            file.close()

    def write(self, file: str, thing: rest.Thing, cells: Cells) -> None:
        """A line of the file. A bulk set has no objects to be deleted."""
        if self._modified is None and thing.is_deleted:
            return
        stamps = {
            "status": "tobedeleted" if thing.is_deleted else "active",
            "dateLastModified": thing.date_last_modified or self._modified or "",
        }
        row = {"sourcedId": thing.sourced_id, **stamps, **cells}
        # One line for each row, so that the numbers of lines are those of rows.
        self._writers[file].writerow({name: " ".join(value.split()) for name, value in row.items()})
        self.lines[file] += 1


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
    return ",".join(filter(None, map(id_of, links)))


def _org(org: rest.Org) -> Cells:
    return {"name": org.name, "type": org.type, "parentSourcedId": id_of(org.parent)}


def _session(session: rest.AcademicSession) -> Cells:
    return {
        "title": session.title,
        "type": session.type,
        "startDate": session.start_date,
        "endDate": session.end_date,
        "parentSourcedId": id_of(session.parent),
        "schoolYear": session.school_year,
    }


def _course(course: rest.Course) -> Cells:
    return {
        "title": course.title,
        "orgSourcedId": id_of(course.org),
        "schoolYearSourcedId": id_of(course.school_year),
        "grades": ",".join(course.grades),
        "subjects": ",".join(course.subjects),
    }


def _class(school_class: rest.SchoolClass) -> Cells:
    return {
        "title": school_class.title,
        "classType": school_class.class_type,
        "courseSourcedId": id_of(school_class.course),
        "schoolSourcedId": id_of(school_class.school),
        "termSourcedIds": _ids(school_class.terms),
        "grades": ",".join(school_class.grades),
    }


def _user(user: rest.User) -> Cells:
    return {
        "enabledUser": user.enabled_user,
        "username": user.username,
        "givenName": user.given_name,
        "familyName": user.family_name,
        "middleName": user.middle_name,
        "userIds": ",".join(f"{{{user_id.type}:{user_id.identifier}}}" for user_id in user.user_ids),
        "agentSourcedIds": _ids(user.agents),
    }


def _roles_of(user: rest.User) -> tuple[rest.UserRole, ...]:
    """A user without the list of roles gets an unreadable one: they have some, nobody knows which."""
    if user.roles is None:
        return () if user.is_deleted else (rest.UserRole(),)
    return user.roles


def _role(user: rest.User, role: rest.UserRole) -> Cells:
    """Roles have no id in REST: it is made of the user, the organisation and the role.

    A role that lacks one of them gets none, so that nothing counts as deleted because of it.
    """
    parts = (user.sourced_id, id_of(role.org), role.role)
    return {
        "sourcedId": joined_id(*parts) if all(parts) else "",
        "userSourcedId": user.sourced_id,
        "roleType": role.role_type,
        "role": role.role,
        "orgSourcedId": id_of(role.org),
        "beginDate": role.begin_date,
        "endDate": role.end_date,
    }


def _enrollment(enrollment: rest.Enrollment) -> Cells:
    return {
        "classSourcedId": id_of(enrollment.school_class),
        "schoolSourcedId": id_of(enrollment.school),
        "userSourcedId": id_of(enrollment.user),
        "role": enrollment.role,
        "beginDate": enrollment.begin_date,
        "endDate": enrollment.end_date,
    }


def _demographics(demographics: rest.Demographics) -> Cells:
    return {"birthDate": demographics.birth_date, "sex": demographics.sex}


class _Odd(NamedTuple):
    """An odd value of the object that is written to this line."""

    line: int
    row_id: str


class _Collection(msgspec.Struct, Generic[T], frozen=True):
    """A collection of the provider, which is also the name of the file, and how its rows are written.

    `optional`: a provider may have none.
    """

    name: str
    kind: type[T]
    cells: Callable[[T], Cells]
    optional: bool = False

    async def write(self, provider: Provider, files: CsvFiles, condition: str) -> list[OddValue]:
        found: dict[str, list[_Odd]] = {}
        counts: Counter[str] = Counter()
        async for thing, odd in provider.whole(self.name, self.kind, condition, optional=self.optional):
            files.write(self.name, thing, self.cells(thing))
            if isinstance(thing, rest.User):
                for role in _roles_of(thing):
                    files.write("roles", thing, _role(thing, role))
            for name in odd:
                counts[name] += 1
                if len(shown := found.setdefault(name, [])) < _SHOWN:
                    shown.append(_Odd(files.lines[self.name], thing.sourced_id))
        for name, count in counts.items():
            what = f"{name} isn't of the standard's type" if name else "they are no objects"
            log.warning("/%s: of %d rows %s: left out", self.name, count, what)
        return [
            OddValue(self.name, line, row_id, _COLUMNS.get(name, name), _more(counts[name], shown, at))
            for name, shown in found.items()
            for at, (line, row_id) in enumerate(shown)
        ]


def _more(count: int, shown: list[_Odd], at: int) -> int:
    """The rows beside those shown, told with the first one."""
    return count - len(shown) if at == 0 else 0


_COLLECTIONS: tuple[_Collection[Any], ...] = (
    _Collection("academicSessions", rest.AcademicSession, _session),
    _Collection("orgs", rest.Org, _org),
    _Collection("courses", rest.Course, _course),
    _Collection("classes", rest.SchoolClass, _class),
    _Collection("users", rest.User, _user),
    _Collection("demographics", rest.Demographics, _demographics, optional=True),
    _Collection("enrollments", rest.Enrollment, _enrollment),
)
