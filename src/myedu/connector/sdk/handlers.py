"""The methods of the contract: each reads what is asked, calls one of the vendor's functions, answers."""

from collections.abc import Awaitable, Callable
from functools import partial

from starlette.responses import Response

from myedu.connector.sdk import downloads, fgis
from myedu.connector.sdk.act import log_act
from myedu.connector.sdk.calls import (
    Call,
    about,
    ask,
    encode_checked,
    found,
    path_id,
    student_asked,
    window_asked,
)
from myedu.connector.sdk.diary import read_diary
from myedu.connector.sdk.http import converted, decoded, json_answer, read_body, single
from myedu.contract.answers import Capabilities
from myedu.contract.tables import AcademicYear

_BODY_BYTES = 1024 * 1024

Handler = Callable[[Call], Awaitable[Response]]


async def _capabilities(asked: Call) -> Response:
    described = asked.description
    value = Capabilities(
        system=described.system,
        contract=described.contract,
        capabilities=described.capabilities,
        profiles=described.profiles,
        limits=described.limits,
        server_time=asked.service.clock.now(),
    )
    return json_answer(asked.request, encode_checked(asked, value, {}))


async def _student_days(function: str, asked: Call) -> Response:
    student_id, window = student_asked(asked), window_asked(asked)
    value = await ask(asked, function, student_id, window)
    return json_answer(asked.request, encode_checked(asked, value, about("student_id", student_id, window)))


async def _diary(asked: Call) -> Response:
    student_id, window = student_asked(asked), window_asked(asked)
    value = found(await read_diary(asked.service.system, asked.description, student_id, window))
    return json_answer(asked.request, encode_checked(asked, value, about("student_id", student_id, window)))


async def _final_marks(asked: Call) -> Response:
    student_id = student_asked(asked)
    text = single(asked.request, "academic_year") or ""
    year = converted(text, AcademicYear, "academic_year", "bad-parameter")
    value = await ask(asked, "final_marks", student_id, year)
    body = encode_checked(asked, value, {"student_id": student_id, "academic_year": year})
    return json_answer(asked.request, body)


async def _teacher_schedule(asked: Call) -> Response:
    teacher_id, window = path_id(asked, "teacher_id"), window_asked(asked)
    log_act(asked.claims, asked.caller, asked.method.name, teacher_id)
    value = await ask(asked, "teacher_schedule", teacher_id, window)
    return json_answer(asked.request, encode_checked(asked, value, about("teacher_id", teacher_id, window)))


async def _changes(asked: Call) -> Response:
    since = single(asked.request, "since")
    if since is not None:
        converted(since, asked.method.parameters[0].kind, "since", "bad-parameter")
    value = await ask(asked, "changes", since)
    return json_answer(asked.request, encode_checked(asked, value, {}))


async def _put(function: str, asked: Call) -> Response:
    lesson_id = path_id(asked, "lesson_id")
    assert asked.method.body is not None  # a PUT method has a body
    value = decoded(await read_body(asked.request, _BODY_BYTES), asked.method.body)
    await ask(asked, function, lesson_id, value)
    return Response(status_code=204)


HANDLERS: dict[str, Handler] = {
    "capabilities": _capabilities,
    "schedule": partial(_student_days, "schedule"),
    "homework": partial(_student_days, "homework"),
    "marks": partial(_student_days, "marks"),
    "attendance": partial(_student_days, "attendance"),
    "diary": _diary,
    "final-marks": _final_marks,
    "teacher-schedule": _teacher_schedule,
    "file": downloads.file_link,
    "changes": _changes,
    "put-meeting": partial(_put, "put_meeting"),
    "put-presence": partial(_put, "put_presence"),
    "latest-export": downloads.latest_export,
    "export-file": downloads.export_file,
    "federal-schedule": fgis.federal_schedule,
}
"""The name in the register of methods → what answers it."""
