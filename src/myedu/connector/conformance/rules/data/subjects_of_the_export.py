"""Subjects of lessons."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import Schedule


async def check(case: Case) -> None:
    read = await case.read(Schedule)
    table = await (await case.package()).table("subjects")
    known = {row["id"] for row in table.rows()}
    named = {one.subject.id for one in read.value.lessons}
    some(sorted(named), "уроков", "lessons", read.answer)
    none_at(sorted(named - known), "нет в таблице subjects", "not in the table subjects", read.answer)


RULE = Rule(
    id="data.subjects-of-the-export",
    title=Both(
        "Предмет урока есть в выгрузке",
        "A lesson's subject stands in the export",
    ),
    reason=Both(
        "По предмету собираются отметки за четверть и содержание урока.",
        "Marks of a quarter and the lesson's content are found by the subject.",
    ),
    mend=Both(
        "В subject.id — код строки subjects.",
        "subject.id is the id of a row of subjects.",
    ),
    example='{"subject": {"id": "s-alg"}} и строка subjects s-alg',
    needs="exports",
    check=check,
)
