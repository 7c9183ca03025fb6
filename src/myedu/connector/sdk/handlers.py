"""The methods of the contract: each handler reads the request, calls the system and encodes the answer."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from starlette.responses import Response

from myedu.connector.sdk import downloads, federal_schedule
from myedu.connector.sdk.act import log_act
from myedu.connector.sdk.diary import read_diary
from myedu.connector.sdk.http_semantics import (
    convert_parameter,
    decode_body,
    json_answer,
    query_parameter,
    read_body,
)
from myedu.connector.sdk.request_context import (
    RequestContext,
    encode_checked,
    implemented,
    path_id,
    requested_student,
    requested_window,
    require_found,
)
from myedu.connector.sdk.system import Soon, call_vendor
from myedu.contract.answers import Capabilities, StudentAnswer
from myedu.contract.meetings import Meeting, Presence
from myedu.contract.tables import AcademicYear
from myedu.contract.windows import Window

T = TypeVar("T")

_BODY_BYTES = 1024 * 1024  # of a meeting or a list of attendees

Handler = Callable[[RequestContext], Awaitable[Response]]
DaysFunction = Callable[[str, Window], Soon[StudentAnswer | None]]
"""A vendor's function about days of a student."""


async def _capabilities(context: RequestContext) -> Response:
    described = context.description
    value = Capabilities(
        system=described.system,
        contract=described.contract,
        capabilities=described.capabilities,
        profiles=described.profiles,
        limits=described.limits,
        server_time=context.server.clock.now(),
    )
    return json_answer(context.request, encode_checked(context, value, {}))


async def _schedule(context: RequestContext) -> Response:
    return await _student_days(context, context.server.system.schedule)


async def _homework(context: RequestContext) -> Response:
    return await _student_days(context, context.server.system.homework)


async def _marks(context: RequestContext) -> Response:
    return await _student_days(context, context.server.system.marks)


async def _attendance(context: RequestContext) -> Response:
    return await _student_days(context, implemented(context.server.parts.attendance).attendance)


async def _student_days(context: RequestContext, function: DaysFunction) -> Response:
    student_id, window = requested_student(context), requested_window(context)
    value = require_found(await call_vendor(function, student_id, window))
    return _days_answer(context, value, "student_id", student_id, window)


async def _diary(context: RequestContext) -> Response:
    student_id, window = requested_student(context), requested_window(context)
    server = context.server
    value = await read_diary(server.system, server.parts, context.description, student_id, window)
    return _days_answer(context, require_found(value), "student_id", student_id, window)


async def _final_marks(context: RequestContext) -> Response:
    student_id = requested_student(context)
    text = query_parameter(context.request, "academic_year") or ""
    year = int(convert_parameter(text, AcademicYear, "academic_year", "bad-parameter"))
    function = implemented(context.server.parts.final_marks).final_marks
    value = require_found(await call_vendor(function, student_id, year))
    body = encode_checked(context, value, {"student_id": student_id, "academic_year": year})
    return json_answer(context.request, body)


async def _teacher_schedule(context: RequestContext) -> Response:
    teacher_id, window = path_id(context, "teacher_id"), requested_window(context)
    log_act(context.claims, context.caller, context.method.name, teacher_id)
    function = implemented(context.server.parts.teachers).teacher_schedule
    value = require_found(await call_vendor(function, teacher_id, window))
    return _days_answer(context, value, "teacher_id", teacher_id, window)


def _days_answer(
    context: RequestContext, value: object, id_field: str, person_id: str, window: Window
) -> Response:
    expected = {id_field: person_id, "first_day": window.first, "last_day": window.last}
    return json_answer(context.request, encode_checked(context, value, expected))


async def _changes(context: RequestContext) -> Response:
    since = query_parameter(context.request, "since")
    if since is not None:
        convert_parameter(since, context.method.parameters[0].kind, "since", "bad-parameter")
    value = require_found(await call_vendor(implemented(context.server.parts.changes).changes, since))
    return json_answer(context.request, encode_checked(context, value, {}))


async def _put_meeting(context: RequestContext) -> Response:
    return await _put(context, Meeting, implemented(context.server.parts.meetings).put_meeting)


async def _put_presence(context: RequestContext) -> Response:
    return await _put(context, Presence, implemented(context.server.parts.meetings).put_presence)


async def _put(context: RequestContext, kind: type[T], function: Callable[[str, T], Soon[bool]]) -> Response:
    lesson_id = path_id(context, "lesson_id")
    value = decode_body(await read_body(context.request, _BODY_BYTES), kind)
    require_found(await call_vendor(function, lesson_id, value))
    return Response(status_code=204)


HANDLERS: dict[str, Handler] = {
    "capabilities": _capabilities,
    "schedule": _schedule,
    "homework": _homework,
    "marks": _marks,
    "attendance": _attendance,
    "diary": _diary,
    "final-marks": _final_marks,
    "teacher-schedule": _teacher_schedule,
    "file": downloads.file_link,
    "changes": _changes,
    "put-meeting": _put_meeting,
    "put-presence": _put_presence,
    "latest-export": downloads.latest_export,
    "export-file": downloads.export_file,
    "federal-schedule": federal_schedule.federal_schedule,
}
"""The name of a method of the contract → its handler."""
