"""Two Schedules in a row give schools and lessons the same ids."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.federal._schedule import schedule_of
from myedu.contract.fgis import FgisSchedule


async def check(case: Case) -> None:
    first, answer = await schedule_of(case)
    path, _, query = answer.url.removeprefix(case.http.base_url).partition("?")
    again = await case.http.get(path, query, again=True)
    second = case.decode_served(again, FgisSchedule)
    require(
        _ids(first) == _ids(second),
        "два ответа подряд называют одни уроки разными id",
        "two answers in a row give the same lessons different ids",
        answer,
        again,
    )


def _ids(schedule: FgisSchedule) -> list[str]:
    schools = [str(listed.id) for listed in schedule.school]
    lessons = [
        str(lesson.id) for school in schedule.school for group in school.classes for lesson in group.lesson
    ]
    return [str(schedule.id), *schools, *lessons]


RULE = Rule(
    id="federal.steady-ids",
    title=Bilingual(
        "UUID урока не меняется",
        "A lesson's UUID doesn't change",
    ),
    reason=Bilingual(
        "По id читающий узнаёт тот же урок завтра; случайный UUID делает каждый урок новым.",
        "The id lets a reader recognise the same lesson tomorrow; a random UUID makes every lesson new.",
    ),
    fix=Bilingual(
        "Выводите UUID из своего id (uuid5 с постоянным именем), а не случайно.",
        "Derive the UUID from your own id (uuid5 with a constant namespace), don't generate it at random.",
    ),
    example="GET /Schedule/1563978?start=…&end=…, twice\nthe same id of each lesson",
    needs="fgis-2021",
    check=check,
)
