"""No mark belongs to a cancelled lesson."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import Marks, Schedule


async def check(case: Case) -> None:
    schedule, marks = await case.read_days(Schedule), await case.read_days(Marks)
    some(schedule.value.lessons, "уроков", "lessons", schedule.answer)
    off = {lesson.id for lesson in schedule.value.lessons if lesson.status == "cancelled"}
    wrong = [mark.id for mark in marks.value.marks if mark.lesson_id in off]
    none_at(wrong, "отметки за отменённые уроки", "marks of cancelled lessons", marks.answer, schedule.answer)


RULE = Rule(
    id="data.cancelled-without-marks",
    title=Bilingual(
        "За отменённый урок отметок нет",
        "A cancelled lesson has no marks",
    ),
    reason=Bilingual(
        "Отметка за урок, которого не было, — первое, о чём семья спросит учителя.",
        "A mark for a lesson that didn't take place is the first thing the family asks the teacher about.",
    ),
    fix=Bilingual(
        "Перенесённый урок помечайте moved, а отметку относите к тому, который был.",
        "Give a rescheduled lesson the status moved, and attach the mark to the lesson that was held.",
    ),
    example='{"id": "l-1", "status": "cancelled"} — и ни одной отметки с lesson_id l-1',
    severity="warning",
    check=check,
)
