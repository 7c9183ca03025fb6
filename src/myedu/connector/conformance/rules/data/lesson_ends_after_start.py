"""Every lesson ends after it starts."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import Schedule


async def check(case: Case) -> None:
    decoded = await case.read_days(Schedule)
    some(decoded.value.lessons, "уроков", "lessons", decoded.answer)
    wrong = [lesson.id for lesson in decoded.value.lessons if lesson.ends_at <= lesson.starts_at]
    none_at(wrong, "уроки кончаются раньше, чем начинаются", "lessons end before they start", decoded.answer)


RULE = Rule(
    id="data.lesson-ends-after-start",
    title=Bilingual(
        "Урок кончается позже, чем начинается",
        "A lesson ends after it starts",
    ),
    reason=Bilingual(
        "По концу урока страница решает, какой урок идёт сейчас.",
        "The page uses the end of a lesson to show which lesson is on now.",
    ),
    fix=Bilingual(
        "Проверьте, из каких полей берутся starts_at и ends_at.",
        "Check which fields starts_at and ends_at are built from.",
    ),
    example='{"starts_at": "2026-09-01T08:00:00+10:00", "ends_at": "2026-09-01T08:40:00+10:00"}',
    check=check,
)
