"""Whom to ask about when nobody was named."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.people import enrolled
from myedu.connector.conformance.rule import Blocked, CannotJudge, Nothing

_STUDENTS = 3


async def find_students(case: Case) -> tuple[str, ...]:
    """Ids of enrolled students of the newest package, far apart. Raises CannotJudge."""
    try:
        found = await enrolled(case.package(), case.clock.now().date())
    except (Nothing, Blocked) as why:
        raise _nobody(why.words.ru, why.words.en) from None
    if not found:
        raise _nobody("в выгрузке нет учеников на сегодня", "the export has no student of today")
    return tuple(found[:: max(1, len(found) // _STUDENTS)][:_STUDENTS])


def _nobody(ru: str, en: str) -> CannotJudge:
    return CannotJudge(
        f"не о ком спрашивать: {ru}; назовите ученика: --student ID",
        f"no student to ask about: {en}; name one: --student ID",
    )
