"""Which students to request if the command line names none."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.export_people import enrolled
from myedu.connector.conformance.rule import Blocked, CannotJudge, Skipped

_STUDENTS = 3


async def find_students(case: Case) -> tuple[str, ...]:
    """Ids of three enrolled students, spread over the newest package. Raises CannotJudge."""
    try:
        found = await enrolled(case.package(), case.clock.now().date())
    except (Skipped, Blocked) as why:
        raise _no_student(why.words.ru, why.words.en) from None
    if not found:
        raise _no_student("в выгрузке нет учеников на сегодня", "the export has no student enrolled today")
    return tuple(found[:: max(1, len(found) // _STUDENTS)][:_STUDENTS])


def _no_student(ru: str, en: str) -> CannotJudge:
    return CannotJudge(
        f"не о ком спрашивать: {ru}; назовите ученика: --student ID",
        f"no student to ask about: {en}; name one: --student ID",
    )
