"""Codes of the dictionaries."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Both, Rule
from myedu.contract.answers import Marks, Schedule
from myedu.contract.school import LESSON_KINDS, LESSON_STATUSES, MARK_SCALES, WORK_KINDS


async def check(case: Case) -> None:
    lessons, marks = await case.read(Schedule), await case.read(Marks)
    used = {("lesson.status", one.status, one.status in LESSON_STATUSES) for one in lessons.value.lessons}
    used |= {("lesson.kind", one.kind, one.kind in LESSON_KINDS) for one in lessons.value.lessons}
    used |= {("mark.scale", one.scale, one.scale in MARK_SCALES) for one in marks.value.marks}
    used |= {("work.kind", one.work.kind, one.work.kind in WORK_KINDS) for one in marks.value.marks}
    unknown = sorted(f"{name}={code}" for name, code, known in used if not known)
    none_at(unknown, "кодов нет в словарях", "codes that no dictionary has", marks.answer, lessons.answer)


RULE = Rule(
    id="data.codes-known",
    title=Both(
        "Коды — из словарей контракта",
        "Codes are of the contract's dictionaries",
    ),
    reason=Both(
        "Неизвестный код портал покажет как есть, без перевода и значка.",
        "The portal shows an unknown code as it is, without words or a sign.",
    ),
    mend=Both(
        "Переведите свои коды в коды словарей; чего в них нет, предложите добавить.",
        "Map your codes to the dictionaries' codes; propose what they lack.",
    ),
    example='{"work": {"kind": "control"}}',
    exceptions=Both(
        "Код, о котором с порталом договорено заранее.",
        "A code agreed upon with the portal beforehand.",
    ),
    severity="warning",
    check=check,
)
