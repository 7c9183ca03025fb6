"""The ids of the lessons."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at, repeated
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import Schedule


async def check(case: Case) -> None:
    read = await case.read(Schedule)
    some(read.value.lessons, "уроков", "lessons", read.answer)
    twice = repeated(one.id for one in read.value.lessons)
    none_at(twice, "код стоит у нескольких уроков", "an id of several lessons", read.answer)


RULE = Rule(
    id="data.lesson-ids-unique",
    title=Both(
        "У каждого урока свой код",
        "Each lesson has its own id",
    ),
    reason=Both(
        "По коду урока на место встают задание, отметка и пропуск; при общем коде они встанут к "
        "чужому уроку.",
        "Homework, marks and absences find their lesson by its id; with a shared one they stand at a "
        "wrong lesson.",
    ),
    mend=Both(
        "Дайте уроку код проведённого урока, а не строки расписания, которая повторяется каждую неделю.",
        "Give the id of the lesson of that day, not of the timetable's line that repeats every week.",
    ),
    example='{"lessons": [{"id": "2026-09-01-1"}, {"id": "2026-09-01-2"}]}',
    check=check,
)
