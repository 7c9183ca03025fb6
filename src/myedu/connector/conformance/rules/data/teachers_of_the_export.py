"""Teachers of lessons are rows of the export's table staff."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import Schedule


async def check(case: Case) -> None:
    decoded = await case.read_days(Schedule)
    table = await (await case.package()).table("staff")
    known = {row["id"] for row in table.rows()}
    named = {teacher.id for lesson in decoded.value.lessons for teacher in lesson.teachers}
    some(sorted(named), "учителей", "teachers", decoded.answer)
    none_at(sorted(named - known), "нет в таблице staff", "not in the table staff", decoded.answer)


RULE = Rule(
    id="data.teachers-of-the-export",
    title=Bilingual(
        "Учитель урока есть в выгрузке",
        "A lesson's teacher is in the export",
    ),
    reason=Bilingual(
        "По этой связи портал открывает учителю его классы; без неё учитель увидит пустую страницу.",
        "The portal uses this link to open a teacher's classes; without it the teacher sees an empty page.",
    ),
    fix=Bilingual(
        "В teachers — код строки staff, а не человека и не учётной записи.",
        "teachers has the id of a row of staff, not of the person or the account.",
    ),
    example='{"teachers": [{"id": "st-1"}]} и строка staff st-1',
    needs="exports",
    check=check,
)
