"""The federal schedule and the journal's own."""

from collections import Counter

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import that
from myedu.connector.conformance.rule import Both, Nothing, Rule
from myedu.connector.conformance.rules.federal._schedule import schedule_of
from myedu.contract.answers import Schedule


async def check(case: Case) -> None:
    federal, answer = await schedule_of(case)
    if (student := await case.student_of_oid()) is None:
        raise Nothing("чей это oid, не известно", "whose oid this is isn't known")
    own = await case.read(Schedule, student_id=student)
    theirs = Counter(
        (one.period.start, one.subject)
        for school in federal.school
        for group in school.classes
        for one in group.lesson
    )
    ours = Counter((one.starts_at, one.subject.name) for one in own.value.lessons)
    missing, extra = sum((ours - theirs).values()), sum((theirs - ours).values())
    that(
        not missing and not extra,
        f"уроков нет в Schedule: {missing}; лишних: {extra}",
        f"lessons that Schedule lacks: {missing}; that it has beyond: {extra}",
        own.answer,
        answer,
    )


RULE = Rule(
    id="federal.same-lessons",
    title=Both("Schedule и schedule — об одних уроках", "Schedule and schedule have the same lessons"),
    reason=Both(
        "Два расписания одного ребёнка, которые не сходятся, — ребёнок, опоздавший на урок.",
        "Two timetables of one child that differ make a child late.",
    ),
    mend=Both(
        "Стройте оба ответа из одной выборки; сравните пояс времени и замены.",
        "Build both answers from one query; compare the time zone and the substitutions.",
    ),
    example="GET /Schedule/1563978?start=…&end=…, GET /v1/students/42/schedule?from=…&to=…\nthe same lessons",
    needs="fgis-2021",
    check=check,
)
