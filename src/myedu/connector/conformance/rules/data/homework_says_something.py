"""Homework that nobody has filled in."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import HomeworkList


async def check(case: Case) -> None:
    read = await case.read(HomeworkList)
    some(read.value.homework, "заданий", "homework", read.answer)
    empty = [
        one.id
        for one in read.value.homework
        if not (one.none or one.text.strip() or one.attachments or one.materials)
    ]
    none_at(empty, "пустое задание", "empty homework", read.answer)


RULE = Rule(
    id="data.homework-says-something",
    title=Both(
        "Незаполненное задание не отдаётся",
        "Homework that nobody filled in is not sent",
    ),
    reason=Both(
        "«Не задано» и «учитель ещё не внёс» — разное: во втором случае стоит подождать вечера.",
        "«None» and «not filled in yet» differ: in the second case it is worth looking again in the evening.",
    ),
    mend=Both(
        "Пока учитель ничего не внёс, не отдавайте задания вовсе; сказал «не задано» — отдайте none=true.",
        "Send no homework while nobody has filled it in; send none=true where the teacher said «не задано».",
    ),
    example='нет записи — ещё не внесено; {"none": true} — не задано',
    check=check,
)
