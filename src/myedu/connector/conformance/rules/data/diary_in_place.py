"""Entries of the diary stand at the lesson that they name."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import Diary
from myedu.contract.school import Homework, Mark


async def check(case: Case) -> None:
    decoded = await case.read_days(Diary)
    lessons = {lesson.lesson.id for lesson in decoded.value.lessons}
    some(list(lessons), "уроков", "lessons", decoded.answer)
    unplaced: list[Homework | Mark] = [*decoded.value.homework, *decoded.value.marks]
    wrong = [item.id for item in unplaced if item.lesson_id in lessons]
    for entry in decoded.value.lessons:
        placed: list[Homework | Mark] = [*entry.homework, *entry.marks]
        wrong += [item.id for item in placed if item.lesson_id != entry.lesson.id]
    none_at(wrong, "стоит не у своего урока", "is at another lesson, or at none", decoded.answer)


RULE = Rule(
    id="data.diary-in-place",
    title=Bilingual(
        "В дневнике всё стоит у своего урока",
        "In the diary everything is at its lesson",
    ),
    reason=Bilingual(
        "Страница недели показывает задание и отметку в строке урока и ничего не ищет сама.",
        "The week page shows homework and marks in the line of their lesson and doesn't search for them.",
    ),
    fix=Bilingual(
        "Кладите в homework и marks дневника только то, что не относится ни к одному уроку окна.",
        "Put into the diary's own homework and marks only what belongs to no lesson of the window.",
    ),
    example='{"lessons": [{"lesson": {"id": "l-1"}, "marks": [{"lesson_id": "l-1"}]}], "marks": []}',
    needs="diary",
    check=check,
)
