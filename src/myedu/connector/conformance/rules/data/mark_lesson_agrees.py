"""A mark for a lesson names a lesson of the schedule with the same subject."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import Marks, Schedule


async def check(case: Case) -> None:
    schedule, decoded = await case.read_days(Schedule), await case.read_days(Marks)
    named = [mark for mark in decoded.value.marks if mark.lesson_id is not None]
    some(named, "отметок за урок", "marks for a lesson", decoded.answer)
    subjects = {lesson.id: lesson.subject.id for lesson in schedule.value.lessons}
    wrong = [mark.id for mark in named if subjects.get(mark.lesson_id or "") != mark.subject.id]
    none_at(
        wrong,
        "урока с таким кодом и предметом в расписании нет",
        "the schedule has no lesson with this id and subject",
        decoded.answer,
        schedule.answer,
    )


RULE = Rule(
    id="data.mark-lesson-agrees",
    title=Bilingual(
        "Отметка указывает на урок своего предмета",
        "A mark refers to a lesson of its subject",
    ),
    reason=Bilingual(
        "Отметка по русскому в строке алгебры — ошибка, которую увидит вся семья.",
        "A Russian mark in the algebra line is a mistake that the whole family sees.",
    ),
    fix=Bilingual(
        "В lesson_id — код урока из ответа schedule, того же предмета; не за урок — без lesson_id.",
        "lesson_id is a lesson of schedule with the same subject; omit it if the mark is for no lesson.",
    ),
    example='{"subject": {"id": "rus"}, "lesson_id": "2026-09-03-2"}',
    check=check,
)
