"""The lessons that homework is due at."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import HomeworkList, Schedule


async def check(case: Case) -> None:
    schedule, read = await case.read(Schedule), await case.read(HomeworkList)
    due = [one for one in read.value.homework if one.lesson_id is not None]
    some(due, "заданий к уроку", "homework due at a lesson", read.answer)
    subjects = {one.id: one.subject.id for one in schedule.value.lessons}
    wrong = [one.id for one in due if subjects.get(one.lesson_id or "") != one.subject.id]
    none_at(
        wrong,
        "урока с таким кодом и предметом в расписании нет",
        "the schedule has no lesson with this id and subject",
        read.answer,
        schedule.answer,
    )


RULE = Rule(
    id="data.homework-lesson-known",
    title=Both(
        "Задание указывает на урок из расписания",
        "Homework names a lesson of the schedule",
    ),
    reason=Both(
        "Иначе задание не встанет к своему уроку, и его будут искать внизу страницы.",
        "Otherwise the task doesn't stand at its lesson, and people look for it at the page's end.",
    ),
    mend=Both(
        "В lesson_id — код урока из ответа schedule, того же предмета.",
        "lesson_id is the id of a lesson in the answer of schedule, of the same subject.",
    ),
    example='{"lesson_id": "2026-09-02-1"}',
    check=check,
)
