"""put-meeting and put-presence of an unknown lesson get 404."""

import msgspec

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.contract.meetings import Meeting, Presence

_NOTHING = "conformance-nothing"  # no lesson has this id: the judge changes nothing


async def check(case: Case) -> None:
    for name, body in (("put-meeting", Meeting(url=None)), ("put-presence", Presence(attendees=()))):
        answer = await case.http.send(
            "PUT",
            case.path(name, _NOTHING),
            headers={"Content-Type": "application/json"},
            body=msgspec.json.encode(body),
        )
        refused(answer, "not-found", what=(f"{name}, незнакомый урок", f"{name}, an unknown lesson"))


RULE = Rule(
    id="methods.meeting-unknown-lesson",
    title=Bilingual(
        "Встреча незнакомого урока — 404",
        "A meeting of an unknown lesson gets 404",
    ),
    reason=Bilingual(
        "Ссылка на видеоурок, принятая в никуда, — класс, который ждёт перед пустым экраном.",
        "A video lesson's link attached to no lesson leaves a class waiting in front of an empty screen.",
    ),
    fix=Bilingual(
        "Ищите урок по id из расписания; нет его — 404 not-found.",
        "Find the lesson by its id in schedule; if there is none, answer 404 not-found.",
    ),
    example='PUT /v1/lessons/nothing/meeting {"url": null}\n404 {"code": "not-found"}',
    needs="meetings",
    check=check,
)
