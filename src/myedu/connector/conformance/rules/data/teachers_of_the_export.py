"""Teachers of lessons."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import Schedule


async def check(case: Case) -> None:
    read = await case.read(Schedule)
    table = await (await case.package()).table("staff")
    known = {row["id"] for row in table.rows()}
    named = {one.id for lesson in read.value.lessons for one in lesson.teachers}
    some(sorted(named), "учителей", "teachers", read.answer)
    none_at(sorted(named - known), "нет в таблице staff", "not in the table staff", read.answer)


RULE = Rule(
    id="data.teachers-of-the-export",
    title=Both(
        "Учитель урока есть в выгрузке",
        "A lesson's teacher stands in the export",
    ),
    reason=Both(
        "По этой связи портал открывает учителю его классы; без неё учитель увидит пустую страницу.",
        "By this link the portal opens a teacher's classes; without it the teacher sees an empty page.",
    ),
    mend=Both(
        "В teachers — код строки staff, а не человека и не учётной записи.",
        "teachers holds the id of a row of staff, not of the person or of the account.",
    ),
    example='{"teachers": [{"id": "st-1"}]} и строка staff st-1',
    needs="exports",
    check=check,
)
