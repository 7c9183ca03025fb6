"""The federal schedule asked twice."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import that
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.federal._schedule import schedule_of
from myedu.contract.fgis import FgisSchedule


async def check(case: Case) -> None:
    first, answer = await schedule_of(case)
    path, _, query = answer.url.removeprefix(case.ask.base_url).partition("?")
    again = await case.ask.get(path, query, again=True)
    second = case.served(again, FgisSchedule)
    that(
        _ids(first) == _ids(second),
        "два ответа подряд называют одни уроки разными id",
        "two answers in a row give the same lessons other ids",
        answer,
        again,
    )


def _ids(schedule: FgisSchedule) -> list[str]:
    schools = [str(one.id) for one in schedule.school]
    lessons = [
        str(lesson.id) for school in schedule.school for group in school.classes for lesson in group.lesson
    ]
    return [str(schedule.id), *schools, *lessons]


RULE = Rule(
    id="federal.steady-ids",
    title=Both("UUID урока не меняется", "A lesson's UUID stays"),
    reason=Both(
        "По id читающий узнаёт тот же урок завтра; случайный UUID делает каждый урок новым.",
        "By its id a reader knows the same lesson tomorrow; a random UUID makes each lesson new.",
    ),
    mend=Both(
        "Выводите UUID из своего id (uuid5 с постоянным именем), а не случайно.",
        "Derive the UUID from your own id (uuid5 with a constant name) and not by chance.",
    ),
    example="GET /Schedule/1563978?start=…&end=…, twice\nthe same id of each lesson",
    needs="fgis-2021",
    check=check,
)
