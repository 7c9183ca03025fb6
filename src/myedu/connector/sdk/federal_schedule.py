"""The federal method `GET /Schedule/{esia_oid}` of 2021–22, composed of the contract's answers."""

import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec
from starlette.responses import Response

from myedu.connector.sdk.act import check_subject, log_act
from myedu.connector.sdk.diary import read_diary
from myedu.connector.sdk.http_semantics import json_answer
from myedu.connector.sdk.request_context import (
    RequestContext,
    encode_checked,
    implemented,
    path_id,
    requested_window,
    require_found,
)
from myedu.connector.sdk.system import call_vendor
from myedu.contract.answers import Diary
from myedu.contract.fgis import (
    FgisAttendance,
    FgisClass,
    FgisDays,
    FgisIssue,
    FgisLesson,
    FgisMeta,
    FgisSchedule,
    FgisSchool,
    FgisScore,
    FgisTimes,
    OperationOutcome,
)
from myedu.contract.problems import Problem
from myedu.contract.school import Attendance, DiaryLesson, Homework, Mark
from myedu.contract.windows import Window

NOT_SET = "Не задано"
_ATTENDANCE = {"absent": "н", "late": "о", "ill": "б", "excused": "п", "exempt": "осв"}
_ISSUE_CODES = {
    400: "structure",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    429: "throttled",
    500: "exception",
    501: "not-supported",
    503: "transient",
}
"""HTTP status → issue type of FHIR."""
_FIRST_MONTH = 8  # of a school year: August


async def federal_schedule(context: RequestContext) -> Response:
    """Lessons, homework, marks and attendance of a student, or a teacher's lessons, by ESIA oid."""
    oid, window = path_id(context, "esia_oid"), requested_window(context, ("start", "end"))
    person_id, diary = require_found(
        await _student(context, oid, window) or await _teacher(context, oid, window)
    )
    base_url = context.server.base_url
    # the time of the answer would change every ETag: the day changes it once a day
    updated = context.server.clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    value = FgisSchedule(
        id=_uuid(base_url, f"schedule/{person_id}"),
        meta=FgisMeta(last_updated=updated),
        school=(_school(diary, base_url, f"{base_url}/Schedule/{oid}"),),
    )
    return json_answer(context.request, encode_checked(context, value, {}))


async def _student(context: RequestContext, oid: str, window: Window) -> tuple[str, Diary] | None:
    server = context.server
    student_id = await call_vendor(implemented(server.parts.esia_students).student_by_esia_oid, oid)
    if student_id is None:
        return None
    _log(context, student_id)
    diary = await read_diary(server.system, server.parts, context.description, student_id, window)
    return student_id, require_found(diary)


async def _teacher(context: RequestContext, oid: str, window: Window) -> tuple[str, Diary] | None:
    """The same shape without marks; the classes are those of the lessons."""
    parts = context.server.parts
    if parts.esia_teachers is None or "teachers" not in context.description.capabilities:
        return None
    teacher_id = await call_vendor(parts.esia_teachers.teacher_by_esia_oid, oid)
    if teacher_id is None:
        return None
    _log(context, teacher_id)
    function = implemented(parts.teachers).teacher_schedule
    days = require_found(await call_vendor(function, teacher_id, window))
    return teacher_id, Diary(
        first_day=days.first_day,
        last_day=days.last_day,
        time_zone=days.time_zone,
        student_id=teacher_id,
        organization=days.organization,
        lessons=tuple(DiaryLesson(lesson=lesson) for lesson in days.lessons),
    )


def _log(context: RequestContext, person_id: str) -> None:
    check_subject(context.claims, person_id)
    log_act(context.claims, context.caller, context.method.name, person_id)


def outcome_response(fault: Problem, headers: Mapping[str, str]) -> Response:
    """A problem as an OperationOutcome with its status."""
    issue = FgisIssue(
        severity="fatal" if fault.status >= 500 else "error",
        code=_ISSUE_CODES.get(fault.status, "processing"),
        details=f"{fault.code}: {fault.detail or fault.title}",
    )
    body = OperationOutcome(id=UUID(bytes=secrets.token_bytes(16), version=4), issue=(issue,))
    return Response(
        msgspec.json.encode(body),
        fault.status,
        headers={"Cache-Control": "no-store", **headers},
        media_type="application/json",
    )


def _uuid(base_url: str, text: str) -> UUID:
    """The federal format has only UUIDs: an id that is one is kept, any other gives always the same UUID."""
    try:
        return UUID(text)
    except ValueError:
        return uuid5(NAMESPACE_URL, f"{base_url}/{text}")


def _school(diary: Diary, base_url: str, address: str) -> FgisSchool:
    year = diary.first_day.year - (diary.first_day.month < _FIRST_MONTH)
    school = diary.organization
    return FgisSchool(
        id=_uuid(base_url, school.id if school else "school"),
        name=school.name if school else "",
        schedule_url=address,
        period=FgisDays(start=diary.first_day, end=diary.last_day),
        academ_year=f"{year}/{(year + 1) % 100:02d}",
        classes=tuple(
            FgisClass(
                name=name, grade=_grade(name), lesson=tuple(_lesson(lesson, base_url) for lesson in lessons)
            )
            for name, lessons in _by_class(diary)
        ),
    )


def _by_class(diary: Diary) -> Iterable[tuple[str, list[DiaryLesson]]]:
    """The student's class with all lessons; if the system doesn't name it, the groups of the lessons."""
    if diary.group is not None:
        return [(diary.group.name, list(diary.lessons))]

    def name(entry: DiaryLesson) -> str:
        return entry.lesson.group.name if entry.lesson.group else ""

    return [(key, list(lessons)) for key, lessons in groupby(sorted(diary.lessons, key=name), key=name)]


def _grade(class_name: str) -> str:
    digits = re.match(r"\s*(\d{1,2})", class_name)
    return digits.group(1) if digits else ""


def _lesson(entry: DiaryLesson, base_url: str) -> FgisLesson:
    lesson = entry.lesson
    replaced = lesson.replaces.subject if lesson.replaces else None
    return FgisLesson(
        id=_uuid(base_url, lesson.id),
        subject=lesson.subject.name,
        period=FgisTimes(start=lesson.starts_at, end=lesson.ends_at),
        classroom=lesson.room or "",
        instead_of=replaced.name if replaced else None,
        topic=lesson.topic,
        homework=_homework(entry.homework),
        distant=lesson.online,
        attendance=_attendance(entry.attendance),
        score=tuple(_scores(entry.marks)),
    )


def _attendance(absences: Sequence[Attendance]) -> FgisAttendance | None:
    if not absences:
        return None
    code = absences[0].code
    return FgisAttendance(code=_ATTENDANCE.get(code, code))


def _homework(tasks: Iterable[Homework]) -> str | None:
    """«Не задано» if the teacher said so; None if nothing has been filled in yet."""
    return "\n".join(NOT_SET if task.none else task.text for task in tasks) or None


def _scores(marks: Iterable[Mark]) -> Iterable[FgisScore]:
    """A mark at position 2 is the second figure of the mark before it."""
    scores: list[FgisScore] = []
    for mark in marks:
        if mark.position == 2 and scores and scores[-1].score2 is None:
            scores[-1] = msgspec.structs.replace(scores[-1], score2=mark.value)
        else:
            scores.append(
                FgisScore(code=mark.work.kind, score=mark.value, score_system=mark.scale, weight=mark.weight)
            )
    return scores
