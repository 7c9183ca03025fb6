"""Subjects of lessons are rows of the export."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import Schedule


async def check(case: Case) -> None:
    decoded = await case.read_days(Schedule)
    table = await (await case.package()).table("subjects")
    known = {row["id"] for row in table.rows()}
    named = {lesson.subject.id for lesson in decoded.value.lessons}
    some(sorted(named), "уроков", "lessons", decoded.answer)
    none_at(sorted(named - known), "нет в таблице subjects", "not in the table subjects", decoded.answer)


RULE = Rule(
    id="data.subjects-of-the-export",
    title=Bilingual(
        "Предмет урока есть в выгрузке",
        "A lesson's subject is in the export",
    ),
    reason=Bilingual(
        "По предмету собираются отметки за четверть и содержание урока.",
        "The quarter's marks and the content of a lesson are found by the subject.",
    ),
    fix=Bilingual(
        "В subject.id — код строки subjects.",
        "subject.id is the id of a row of subjects.",
    ),
    example='{"subject": {"id": "s-alg"}} и строка subjects s-alg',
    needs="exports",
    check=check,
)
