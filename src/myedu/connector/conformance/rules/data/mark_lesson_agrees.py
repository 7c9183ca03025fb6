"""The lessons of marks."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import Marks, Schedule


async def check(case: Case) -> None:
    schedule, read = await case.read(Schedule), await case.read(Marks)
    named = [one for one in read.value.marks if one.lesson_id is not None]
    some(named, "отметок за урок", "marks for a lesson", read.answer)
    subjects = {one.id: one.subject.id for one in schedule.value.lessons}
    wrong = [one.id for one in named if subjects.get(one.lesson_id or "") != one.subject.id]
    none_at(
        wrong,
        "урока с таким кодом и предметом в расписании нет",
        "the schedule has no lesson with this id and subject",
        read.answer,
        schedule.answer,
    )


RULE = Rule(
    id="data.mark-lesson-agrees",
    title=Both(
        "Отметка указывает на урок своего предмета",
        "A mark names a lesson of its subject",
    ),
    reason=Both(
        "Отметка по русскому в строке алгебры — ошибка, которую увидит вся семья.",
        "A mark of Russian in the line of algebra is a mistake that the whole family sees.",
    ),
    mend=Both(
        "В lesson_id — код урока из ответа schedule, того же предмета; не за урок — без lesson_id.",
        "lesson_id is a lesson of schedule with the same subject; leave it out where the mark is for "
        "no lesson.",
    ),
    example='{"subject": {"id": "rus"}, "lesson_id": "2026-09-03-2"}',
    check=check,
)
