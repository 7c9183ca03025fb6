"""period of Schedule repeats the requested days."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.federal._schedule import schedule_of


async def check(case: Case) -> None:
    schedule, answer = await schedule_of(case)
    window = await case.window()
    for school in schedule.school:
        require(
            (school.period.start, school.period.end) == (window.first, window.last),
            f"period — {school.period.start}…{school.period.end}, спрошено {window.first}…{window.last}",
            f"period is {school.period.start} – {school.period.end}, expected {window.first} – {window.last}",
            answer,
        )


RULE = Rule(
    id="federal.period",
    title=Bilingual(
        "period повторяет спрошенные дни",
        "period repeats the requested days",
    ),
    reason=Bilingual(
        "По period читающий узнаёт, что неделя — та, о которой он спросил.",
        "period shows the reader that this is the requested week.",
    ),
    fix=Bilingual(
        "Пишите в school.period спрошенные start и end.",
        "Put the requested start and end into school.period.",
    ),
    example='GET /Schedule/1563978?start=…&end=…\n200 {"school": [{"period": {"start": "2026-09-01", …}}]}',
    needs="fgis-2021",
    check=check,
)
