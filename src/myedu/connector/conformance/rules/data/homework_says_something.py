"""Homework without none=true has a text, a file or a link."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import HomeworkList


async def check(case: Case) -> None:
    decoded = await case.read_days(HomeworkList)
    some(decoded.value.homework, "заданий", "homework", decoded.answer)
    empty = [
        task.id
        for task in decoded.value.homework
        if not (task.none or task.text.strip() or task.attachments or task.materials)
    ]
    none_at(empty, "пустое задание", "empty homework", decoded.answer)


RULE = Rule(
    id="data.homework-says-something",
    title=Bilingual(
        "Незаполненное задание не отдаётся",
        "Homework not filled in yet is not sent",
    ),
    reason=Bilingual(
        "«Не задано» и «учитель ещё не внёс» — разное: во втором случае стоит подождать вечера.",
        "«No homework» and «not filled in yet» differ: in the second case it is worth looking again in the "
        "evening.",
    ),
    fix=Bilingual(
        "Пока учитель ничего не внёс, не отдавайте задания вовсе; сказал «не задано» — отдайте none=true.",
        "Send nothing until the teacher has filled it in; send none=true if the teacher said «не задано».",
    ),
    example='нет записи — ещё не внесено; {"none": true} — не задано',
    check=check,
)
