"""The order of a lesson's ends."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import Schedule


async def check(case: Case) -> None:
    read = await case.read(Schedule)
    some(read.value.lessons, "уроков", "lessons", read.answer)
    wrong = [one.id for one in read.value.lessons if one.ends_at <= one.starts_at]
    none_at(wrong, "уроки кончаются раньше, чем начинаются", "lessons end before they start", read.answer)


RULE = Rule(
    id="data.lesson-ends-after-start",
    title=Both(
        "Урок кончается позже, чем начинается",
        "A lesson ends after it starts",
    ),
    reason=Both(
        "По концу урока страница решает, какой урок идёт сейчас.",
        "The page tells by a lesson's end which lesson is on.",
    ),
    mend=Both(
        "Проверьте, из каких полей берутся starts_at и ends_at.",
        "Check of which fields starts_at and ends_at are made.",
    ),
    example='{"starts_at": "2026-09-01T08:00:00+10:00", "ends_at": "2026-09-01T08:40:00+10:00"}',
    check=check,
)
