"""Codes of lessons and marks are in the contract's dictionaries."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.contract.answers import Marks, Schedule
from myedu.contract.school import LESSON_KINDS, LESSON_STATUSES, MARK_SCALES, WORK_KINDS


async def check(case: Case) -> None:
    lessons, marks = await case.read_days(Schedule), await case.read_days(Marks)
    used = {
        ("lesson.status", lesson.status, lesson.status in LESSON_STATUSES) for lesson in lessons.value.lessons
    }
    used |= {("lesson.kind", lesson.kind, lesson.kind in LESSON_KINDS) for lesson in lessons.value.lessons}
    used |= {("mark.scale", mark.scale, mark.scale in MARK_SCALES) for mark in marks.value.marks}
    used |= {("work.kind", mark.work.kind, mark.work.kind in WORK_KINDS) for mark in marks.value.marks}
    unknown = sorted(f"{name}={code}" for name, code, known in used if not known)
    none_at(unknown, "кодов нет в словарях", "codes that are in no dictionary", marks.answer, lessons.answer)


RULE = Rule(
    id="data.codes-known",
    title=Bilingual(
        "Коды — из словарей контракта",
        "Codes come from the contract's dictionaries",
    ),
    reason=Bilingual(
        "Неизвестный код портал покажет как есть, без перевода и значка.",
        "The portal shows an unknown code as it is, without words or an icon.",
    ),
    fix=Bilingual(
        "Переведите свои коды в коды словарей; чего в них нет, предложите добавить.",
        "Map your codes to the codes of the dictionaries; propose those that are missing.",
    ),
    example='{"work": {"kind": "control"}}',
    exceptions=Bilingual(
        "Код, о котором с порталом договорено заранее.",
        "A code agreed with the portal in advance.",
    ),
    severity="warning",
    check=check,
)
