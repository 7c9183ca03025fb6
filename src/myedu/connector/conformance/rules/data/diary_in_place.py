"""Where things stand in the diary."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import Diary
from myedu.contract.school import Homework, Mark


async def check(case: Case) -> None:
    read = await case.read(Diary)
    lessons = {one.lesson.id for one in read.value.lessons}
    some(list(lessons), "уроков", "lessons", read.answer)
    loose: list[Homework | Mark] = [*read.value.homework, *read.value.marks]
    wrong = [one.id for one in loose if one.lesson_id in lessons]
    for entry in read.value.lessons:
        placed: list[Homework | Mark] = [*entry.homework, *entry.marks]
        wrong += [one.id for one in placed if one.lesson_id != entry.lesson.id]
    none_at(wrong, "стоит не у своего урока", "stands at another lesson, or at none", read.answer)


RULE = Rule(
    id="data.diary-in-place",
    title=Both(
        "В дневнике всё стоит у своего урока",
        "In the diary everything stands at its lesson",
    ),
    reason=Both(
        "Страница недели показывает задание и отметку в строке урока и ничего не ищет сама.",
        "The page of a week shows homework and marks in the lesson's line and looks for nothing itself.",
    ),
    mend=Both(
        "Кладите в homework и marks дневника только то, что не относится ни к одному уроку окна.",
        "Put into the diary's homework and marks only what belongs to no lesson of the window.",
    ),
    example='{"lessons": [{"lesson": {"id": "l-1"}, "marks": [{"lesson_id": "l-1"}]}], "marks": []}',
    needs="diary",
    check=check,
)
