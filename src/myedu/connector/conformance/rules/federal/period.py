"""Which days the federal schedule is about."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import that
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.federal._schedule import schedule_of


async def check(case: Case) -> None:
    schedule, answer = await schedule_of(case)
    window = await case.window()
    for school in schedule.school:
        that(
            (school.period.start, school.period.end) == (window.first, window.last),
            f"period — {school.period.start}…{school.period.end}, спрошено {window.first}…{window.last}",
            f"period is {school.period.start} to {school.period.end}, asked {window.first} to {window.last}",
            answer,
        )


RULE = Rule(
    id="federal.period",
    title=Both("period повторяет спрошенные дни", "period repeats the days asked for"),
    reason=Both(
        "По period читающий узнаёт, что неделя — та, о которой он спросил.",
        "By period a reader knows that the week is the one asked for.",
    ),
    mend=Both(
        "Пишите в school.period спрошенные start и end.",
        "Write the start and end asked for into school.period.",
    ),
    example='GET /Schedule/1563978?start=…&end=…\n200 {"school": [{"period": {"start": "2026-09-01", …}}]}',
    needs="fgis-2021",
    check=check,
)
