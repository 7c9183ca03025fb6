"""Schedule lists the same lessons as schedule: by start and subject."""

from collections import Counter

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule, Skipped
from myedu.connector.conformance.rules.federal._schedule import schedule_of
from myedu.contract.answers import Schedule


async def check(case: Case) -> None:
    federal, answer = await schedule_of(case)
    if (student := await case.student_of_oid()) is None:
        raise Skipped("чей это oid, не известно", "the student of this oid is unknown")
    own = await case.read_days(Schedule, student_id=student)
    theirs = Counter(
        (lesson.period.start, lesson.subject)
        for school in federal.school
        for group in school.classes
        for lesson in group.lesson
    )
    ours = Counter((lesson.starts_at, lesson.subject.name) for lesson in own.value.lessons)
    missing, extra = sum((ours - theirs).values()), sum((theirs - ours).values())
    require(
        not missing and not extra,
        f"уроков нет в Schedule: {missing}; лишних: {extra}",
        f"lessons missing from Schedule: {missing}; only in Schedule: {extra}",
        own.answer,
        answer,
    )


RULE = Rule(
    id="federal.same-lessons",
    title=Bilingual(
        "Schedule и schedule — об одних уроках",
        "Schedule and schedule have the same lessons",
    ),
    reason=Bilingual(
        "Два расписания одного ребёнка, которые не сходятся, — ребёнок, опоздавший на урок.",
        "Two different timetables of one child make the child late.",
    ),
    fix=Bilingual(
        "Стройте оба ответа из одной выборки; сравните пояс времени и замены.",
        "Build both answers from one query; compare the time zone and the substitutions.",
    ),
    example="GET /Schedule/1563978?start=…&end=…, GET /v1/students/42/schedule?from=…&to=…\nthe same lessons",
    needs="fgis-2021",
    check=check,
)
