"""Homework due at a lesson names a lesson of the schedule with the same subject."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import HomeworkList, Schedule


async def check(case: Case) -> None:
    schedule, decoded = await case.read_days(Schedule), await case.read_days(HomeworkList)
    due = [task for task in decoded.value.homework if task.lesson_id is not None]
    some(due, "заданий к уроку", "homework due at a lesson", decoded.answer)
    subjects = {lesson.id: lesson.subject.id for lesson in schedule.value.lessons}
    wrong = [task.id for task in due if subjects.get(task.lesson_id or "") != task.subject.id]
    none_at(
        wrong,
        "урока с таким кодом и предметом в расписании нет",
        "the schedule has no lesson with this id and subject",
        decoded.answer,
        schedule.answer,
    )


RULE = Rule(
    id="data.homework-lesson-known",
    title=Bilingual(
        "Задание указывает на урок из расписания",
        "Homework refers to a lesson of the schedule",
    ),
    reason=Bilingual(
        "Иначе задание не встанет к своему уроку, и его будут искать внизу страницы.",
        "Otherwise the task isn't shown at its lesson, and people look for it at the bottom of the page.",
    ),
    fix=Bilingual(
        "В lesson_id — код урока из ответа schedule, того же предмета.",
        "lesson_id is the id of a lesson in the answer of schedule, of the same subject.",
    ),
    example='{"lesson_id": "2026-09-02-1"}',
    check=check,
)
