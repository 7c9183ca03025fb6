"""All methods of the contract: the server's routes and the OpenAPI document are made of them."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

import msgspec

from myedu.contract.answers import (
    AttendanceList,
    Capabilities,
    Changes,
    Cursor,
    Diary,
    FileLink,
    FinalMarks,
    HomeworkList,
    Marks,
    Schedule,
    TeacherSchedule,
    Token,
)
from myedu.contract.fgis import FgisSchedule
from myedu.contract.meetings import Meeting, Presence
from myedu.contract.package import FileName, Manifest
from myedu.contract.tables import AcademicYear
from myedu.contract.wire import Id


class Parameter(msgspec.Struct, frozen=True):
    """A parameter of a method. `kind` is the type that its text must convert to."""

    name: str
    place: Literal["path", "query", "header"]
    kind: Any  # a type or an Annotated alias: typing has no type of both
    sentence: str
    required: bool = False


class Method(msgspec.Struct, frozen=True, kw_only=True):
    """A method.

    `answer` None: no JSON in the answer. Without `capability` and `profile`: required of every system.
    """

    name: str
    verb: Literal["GET", "POST", "PUT"]
    path: str
    sentence: str
    answer: type[msgspec.Struct] | None = None
    body: type[msgspec.Struct] | None = None
    parameters: tuple[Parameter, ...] = ()
    capability: str | None = None
    profile: str | None = None
    errors: tuple[str, ...] = ()  # codes of contract.problems beyond COMMON_ERRORS


COMMON_ERRORS = (
    "unauthorized",
    "forbidden",
    "bad-request",
    "bad-act",
    "too-many-requests",
    "internal",
    "unavailable",
)
"""Errors that any method with a token may return."""

_WINDOW_ERRORS = ("bad-day", "half-window", "window-reversed", "window-too-long", "bad-parameter")


def _id(name: str, whose: str) -> Parameter:
    return Parameter(name, "path", Id, f"id of the {whose} in this system", required=True)


def _window(first: str = "from", last: str = "to") -> tuple[Parameter, ...]:
    return (
        Parameter(first, "query", date, f"first day; give {first} and {last} both, or neither"),
        Parameter(last, "query", date, "last day, inclusive"),
    )


def _student(name: str, sentence: str, answer: type[msgspec.Struct], capability: str | None = None) -> Method:
    return Method(
        name=name,
        verb="GET",
        path=f"/v1/students/{{student_id}}/{name}",
        sentence=sentence,
        answer=answer,
        parameters=(_id("student_id", "student"), *_window()),
        capability=capability,
        errors=("bad-id", "not-found", *_WINDOW_ERRORS, *(("not-implemented",) if capability else ())),
    )


METHODS: tuple[Method, ...] = (
    Method(
        name="token",
        verb="POST",
        path="/oauth2/token",
        sentence="An access token for client_credentials with private_key_jwt (RFC 7523).",
        answer=Token,
    ),
    Method(
        name="capabilities",
        verb="GET",
        path="/v1/capabilities",
        sentence="What the system is and can do.",
        answer=Capabilities,
    ),
    _student("schedule", "Lessons of the window.", Schedule),
    _student("homework", "Homework due in the window, with the lesson that set it.", HomeworkList),
    _student("marks", "Marks of the window.", Marks),
    _student("diary", "Lessons with their homework, marks and attendance.", Diary, "diary"),
    _student("attendance", "Absences and lateness of the window.", AttendanceList, "attendance"),
    Method(
        name="final-marks",
        verb="GET",
        path="/v1/students/{student_id}/final-marks",
        sentence="Marks by period, year and exam, computed or set by the teacher.",
        answer=FinalMarks,
        parameters=(
            _id("student_id", "student"),
            Parameter("academic_year", "query", AcademicYear, "first calendar year", required=True),
        ),
        capability="final-marks",
        errors=("bad-id", "not-found", "bad-parameter", "not-implemented"),
    ),
    Method(
        name="teacher-schedule",
        verb="GET",
        path="/v1/teachers/{teacher_id}/schedule",
        sentence="Lessons of a teacher.",
        answer=TeacherSchedule,
        parameters=(_id("teacher_id", "teacher"), *_window()),
        capability="teachers",
        errors=("bad-id", "not-found", "not-implemented", *_WINDOW_ERRORS),
    ),
    Method(
        name="file",
        verb="GET",
        path="/v1/files/{file_id}",
        sentence="A short-lived signed link to an attachment.",
        answer=FileLink,
        parameters=(_id("file_id", "file"),),
        capability="files",
        errors=("bad-id", "not-found", "not-implemented"),
    ),
    Method(
        name="changes",
        verb="GET",
        path="/v1/changes",
        sentence="Students whose diary changed since the cursor.",
        answer=Changes,
        parameters=(Parameter("since", "query", Cursor, "cursor of the last answer; absent: from now on"),),
        capability="changes",
        errors=("bad-parameter", "cursor-gone", "not-implemented"),
    ),
    Method(
        name="put-meeting",
        verb="PUT",
        path="/v1/lessons/{lesson_id}/meeting",
        sentence="The link to the video lesson.",
        body=Meeting,
        parameters=(_id("lesson_id", "lesson"),),
        capability="meetings",
        errors=("bad-id", "not-found", "too-large", "not-implemented"),
    ),
    Method(
        name="put-presence",
        verb="PUT",
        path="/v1/lessons/{lesson_id}/presence",
        sentence="Who was in the video lesson and for how long.",
        body=Presence,
        parameters=(_id("lesson_id", "lesson"),),
        capability="meetings",
        errors=("bad-id", "not-found", "too-large", "not-implemented"),
    ),
    Method(
        name="latest-export",
        verb="GET",
        path="/v1/exports/latest",
        sentence="The manifest of the newest package.",
        answer=Manifest,
        capability="exports",
        errors=("not-found", "not-implemented"),
    ),
    Method(
        name="export-file",
        verb="GET",
        path="/v1/exports/{export_id}/{file}",
        sentence="One file of a package; a Range is served.",
        parameters=(
            Parameter("export_id", "path", UUID, "id of the package", required=True),
            Parameter("file", "path", FileName, "name of the file in the manifest", required=True),
        ),
        capability="exports",
        errors=("not-found", "range-not-satisfiable", "not-implemented"),
    ),
    Method(
        name="federal-schedule",
        verb="GET",
        path="/Schedule/{esia_oid}",
        sentence="The federal format of 2021; errors are OperationOutcome.",
        answer=FgisSchedule,
        parameters=(
            Parameter("esia_oid", "path", Id, "id of the person's ESIA account", required=True),
            *_window("start", "end"),
        ),
        profile="fgis-2021",
        errors=("bad-id", "not-found", "not-implemented", *_WINDOW_ERRORS),
    ),
)


def method(name: str) -> Method:
    """The method of this name. Raises StopIteration if there is none."""
    return next(method for method in METHODS if method.name == name)
