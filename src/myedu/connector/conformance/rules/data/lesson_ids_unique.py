"""No two lessons share an id."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at, repeated
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import Schedule


async def check(case: Case) -> None:
    decoded = await case.read_days(Schedule)
    some(decoded.value.lessons, "уроков", "lessons", decoded.answer)
    twice = repeated(lesson.id for lesson in decoded.value.lessons)
    none_at(twice, "код стоит у нескольких уроков", "an id shared by several lessons", decoded.answer)


RULE = Rule(
    id="data.lesson-ids-unique",
    title=Bilingual(
        "У каждого урока свой код",
        "Each lesson has its own id",
    ),
    reason=Bilingual(
        "По коду урока на место встают задание, отметка и пропуск; при общем коде они встанут к "
        "чужому уроку.",
        "Homework, marks and absences find their lesson by its id; with a shared id they land at the wrong "
        "lesson.",
    ),
    fix=Bilingual(
        "Дайте уроку код проведённого урока, а не строки расписания, которая повторяется каждую неделю.",
        "Use the id of the lesson on that day, not of the timetable row that repeats every week.",
    ),
    example='{"lessons": [{"id": "2026-09-01-1"}, {"id": "2026-09-01-2"}]}',
    check=check,
)
