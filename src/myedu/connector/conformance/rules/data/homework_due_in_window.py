"""The days that homework is due."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import HomeworkList


async def check(case: Case) -> None:
    window = await case.window()
    read = await case.read(HomeworkList, window=window)
    some(read.value.homework, "заданий", "homework", read.answer)
    outside = [one.id for one in read.value.homework if one.due_on not in window]
    none_at(outside, "срок задания вне окна", "homework due outside the window", read.answer)


RULE = Rule(
    id="data.homework-due-in-window",
    title=Both(
        "Срок заданий — в окне",
        "Homework is due in the window",
    ),
    reason=Both(
        "Окно спрашивают по сроку: задание, выбранное по дню выдачи, семья увидит не в тот день или "
        "не увидит.",
        "A window asks by the due day: homework chosen by the day it was set stands on a wrong day, "
        "or nowhere.",
    ),
    mend=Both(
        "Отбирайте задания по due_on, а не по set_on.",
        "Choose homework by due_on and not by set_on.",
    ),
    example='GET /v1/students/42/homework?from=2026-09-01&to=2026-09-07\n{"due_on": "2026-09-02"}',
    check=check,
)
