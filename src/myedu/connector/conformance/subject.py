"""Whom to ask about: the students given, or some of the export's."""

import csv
from itertools import islice

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.rule import Blocked, CannotJudge, Nothing

_STUDENTS = 3
_GIVE_ONE = ("назовите ученика: --student ID", "name one: --student ID")


async def find_students(case: Case) -> tuple[str, ...]:
    """Ids of enrolled students of the newest package, far apart. Raises CannotJudge."""
    try:
        table = await (await case.package()).table("enrollments")
        today = case.clock.now().date().isoformat()
        found = [
            row["person_id"]
            for row in islice(table.rows(), 100_000)
            if row.get("person_id") and row.get("starts_on", "") <= today <= (row.get("ends_on") or "9999")
            if row.get("deleted") != "true"
        ]
    except (Nothing, Blocked) as why:
        ru, en = why.words.ru, why.words.en
        raise CannotJudge(
            f"не о ком спрашивать: {ru}; {_GIVE_ONE[0]}", f"no student to ask about: {en}; {_GIVE_ONE[1]}"
        ) from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise CannotJudge(
            f"enrollments не читается: {error}; {_GIVE_ONE[0]}",
            f"enrollments can't be read: {error}; {_GIVE_ONE[1]}",
        ) from None
    distinct = list(dict.fromkeys(found))
    if not distinct:
        raise CannotJudge(
            f"в выгрузке нет учеников на сегодня; {_GIVE_ONE[0]}",
            f"the export has no student of today; {_GIVE_ONE[1]}",
        )
    return tuple(distinct[:: max(1, len(distinct) // _STUDENTS)][:_STUDENTS])
