"""The federal method `GET /Schedule/{esia_oid}` of 2021–22, composed of the contract's own answers."""

import re
import secrets
from collections.abc import Iterable, Mapping
from itertools import groupby
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec
from starlette.responses import Response

from myedu.connector.sdk.act import check_subject, log_act
from myedu.connector.sdk.calls import Call, encode_checked, found, path_id, window_asked
from myedu.connector.sdk.diary import read_diary
from myedu.connector.sdk.http import json_answer
from myedu.connector.sdk.system import call
from myedu.contract.answers import Diary, TeacherSchedule
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
from myedu.contract.school import DiaryLesson, Homework, Mark
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
"""HTTP status → FHIR's issue type."""
_SCHOOL_YEAR_BEGINS = 8  # August


async def federal_schedule(asked: Call) -> Response:
    """Timetable, homework, marks and attendance of one pupil, or a teacher's timetable, by the ESIA oid."""
    oid, window = path_id(asked, "esia_oid"), window_asked(asked, ("start", "end"))
    person_id, diary = found(await _pupil(asked, oid, window) or await _teacher(asked, oid, window))
    base_url = asked.service.base_url
    # the moment of the answer would make every ETag new: the day is when it changes by itself
    updated = asked.service.clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    value = FgisSchedule(
        id=_uuid(base_url, f"schedule/{person_id}"),
        meta=FgisMeta(last_updated=updated),
        school=(_school(diary, base_url, f"{base_url}/Schedule/{oid}"),),
    )
    return json_answer(asked.request, encode_checked(asked, value, {}))


async def _pupil(asked: Call, oid: str, window: Window) -> tuple[str, Diary] | None:
    student_id: str | None = await call(asked.service.system.student_by_esia_oid, oid)
    if student_id is None:
        return None
    _note(asked, student_id)
    diary = found(await read_diary(asked.service.system, asked.description, student_id, window))
    return student_id, diary


async def _teacher(asked: Call, oid: str, window: Window) -> tuple[str, Diary] | None:
    """The same shape without marks; the classes are those of the lessons."""
    known = getattr(asked.service.system, "teacher_by_esia_oid", None)
    if known is None or "teachers" not in asked.description.capabilities:
        return None
    teacher_id: str | None = await call(known, oid)
    if teacher_id is None:
        return None
    _note(asked, teacher_id)
    days: TeacherSchedule = found(await call(asked.service.system.teacher_schedule, teacher_id, window))
    return teacher_id, Diary(
        first_day=days.first_day,
        last_day=days.last_day,
        time_zone=days.time_zone,
        student_id=teacher_id,
        organization=days.organization,
        lessons=tuple(DiaryLesson(lesson=lesson) for lesson in days.lessons),
    )


def _note(asked: Call, person_id: str) -> None:
    check_subject(asked.claims, person_id)
    log_act(asked.claims, asked.caller, asked.method.name, person_id)


def outcome_response(fault: Problem, headers: Mapping[str, str]) -> Response:
    """A problem in the federal words."""
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
    """The federal shape has UUIDs only: one that is one stays, another id always gives the same."""
    try:
        return UUID(text)
    except ValueError:
        return uuid5(NAMESPACE_URL, f"{base_url}/{text}")


def _school(diary: Diary, base_url: str, address: str) -> FgisSchool:
    year = diary.first_day.year - (diary.first_day.month < _SCHOOL_YEAR_BEGINS)
    school = diary.organization
    return FgisSchool(
        id=_uuid(base_url, school.id if school else "school"),
        name=school.name if school else "",
        schedule_url=address,
        period=FgisDays(start=diary.first_day, end=diary.last_day),
        academ_year=f"{year}/{(year + 1) % 100:02d}",
        classes=tuple(
            FgisClass(name=name, grade=_grade(name), lesson=tuple(_lesson(one, base_url) for one in lessons))
            for name, lessons in _by_class(diary)
        ),
    )


def _by_class(diary: Diary) -> Iterable[tuple[str, list[DiaryLesson]]]:
    """The pupil's class with all lessons; where the system doesn't name it, the lessons' own groups."""
    if diary.group is not None:
        return [(diary.group.name, list(diary.lessons))]

    def name(one: DiaryLesson) -> str:
        return one.lesson.group.name if one.lesson.group else ""

    return [(key, list(lessons)) for key, lessons in groupby(sorted(diary.lessons, key=name), key=name)]


def _grade(class_name: str) -> str:
    digits = re.match(r"\s*(\d{1,2})", class_name)
    return digits.group(1) if digits else ""


def _lesson(one: DiaryLesson, base_url: str) -> FgisLesson:
    lesson = one.lesson
    replaced = lesson.replaces.subject if lesson.replaces else None
    return FgisLesson(
        id=_uuid(base_url, lesson.id),
        subject=lesson.subject.name,
        period=FgisTimes(start=lesson.starts_at, end=lesson.ends_at),
        classroom=lesson.room or "",
        instead_of=replaced.name if replaced else None,
        topic=lesson.topic,
        homework=_homework(one.homework),
        distant=lesson.online,
        attendance=FgisAttendance(code=_ATTENDANCE.get(one.attendance[0].code, one.attendance[0].code))
        if one.attendance
        else None,
        score=tuple(_scores(one.marks)),
    )


def _homework(tasks: Iterable[Homework]) -> str | None:
    """«Не задано» is said; nothing at all means that nobody has filled it in."""
    return "\n".join(NOT_SET if task.none else task.text for task in tasks) or None


def _scores(marks: Iterable[Mark]) -> Iterable[FgisScore]:
    """A mark at position 2 is the second figure of the one before it."""
    scores: list[FgisScore] = []
    for mark in marks:
        if mark.position == 2 and scores and scores[-1].score2 is None:
            scores[-1] = msgspec.structs.replace(scores[-1], score2=mark.value)
        else:
            scores.append(
                FgisScore(code=mark.work.kind, score=mark.value, score_system=mark.scale, weight=mark.weight)
            )
    return scores
