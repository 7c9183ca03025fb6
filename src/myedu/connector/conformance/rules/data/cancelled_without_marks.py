"""Marks of cancelled lessons."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import Marks, Schedule


async def check(case: Case) -> None:
    schedule, marks = await case.read(Schedule), await case.read(Marks)
    some(schedule.value.lessons, "уроков", "lessons", schedule.answer)
    off = {one.id for one in schedule.value.lessons if one.status == "cancelled"}
    wrong = [one.id for one in marks.value.marks if one.lesson_id in off]
    none_at(wrong, "отметки за отменённые уроки", "marks of cancelled lessons", marks.answer, schedule.answer)


RULE = Rule(
    id="data.cancelled-without-marks",
    title=Both(
        "За отменённый урок отметок нет",
        "A cancelled lesson has no marks",
    ),
    reason=Both(
        "Отметка за урок, которого не было, — первое, о чём семья спросит учителя.",
        "A mark for a lesson that didn't take place is the first thing that a family asks the teacher about.",
    ),
    mend=Both(
        "Перенесённый урок помечайте moved, а отметку относите к тому, который был.",
        "Mark a moved lesson as moved, and give the mark to the lesson that was held.",
    ),
    example='{"id": "l-1", "status": "cancelled"} — и ни одной отметки с lesson_id l-1',
    severity="warning",
    check=check,
)
