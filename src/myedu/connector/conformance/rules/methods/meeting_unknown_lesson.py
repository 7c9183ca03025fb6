"""A meeting for a lesson that isn't there."""

import msgspec

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.rule import Both, Rule
from myedu.contract.meetings import Meeting, Presence

_NOTHING = "conformance-nothing"  # the judge changes nothing: it names a lesson of nobody


async def check(case: Case) -> None:
    for name, body in (("put-meeting", Meeting(url=None)), ("put-presence", Presence(attendees=()))):
        answer = await case.ask.send(
            "PUT",
            case.path(name, _NOTHING),
            headers={"Content-Type": "application/json"},
            body=msgspec.json.encode(body),
        )
        refused(answer, "not-found", what=(f"{name}, незнакомый урок", f"{name}, an unknown lesson"))


RULE = Rule(
    id="methods.meeting-unknown-lesson",
    title=Both("Встреча незнакомого урока — 404", "A meeting of an unknown lesson is a 404"),
    reason=Both(
        "Ссылка на видеоурок, принятая в никуда, — класс, который ждёт перед пустым экраном.",
        "A link of a video lesson taken to nowhere is a class waiting at an empty screen.",
    ),
    mend=Both(
        "Ищите урок по id из расписания; нет его — 404 not-found.",
        "Find the lesson by its id of the schedule; where it isn't there, answer 404 not-found.",
    ),
    example='PUT /v1/lessons/nothing/meeting {"url": null}\n404 {"code": "not-found"}',
    needs="meetings",
    check=check,
)
