"""Homework is due on a day of the requested window."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import HomeworkList


async def check(case: Case) -> None:
    window = await case.window()
    decoded = await case.read_days(HomeworkList, window=window)
    some(decoded.value.homework, "заданий", "homework", decoded.answer)
    outside = [task.id for task in decoded.value.homework if task.due_on not in window]
    none_at(outside, "срок задания вне окна", "homework due outside the window", decoded.answer)


RULE = Rule(
    id="data.homework-due-in-window",
    title=Bilingual(
        "Срок заданий — в окне",
        "Homework is due within the window",
    ),
    reason=Bilingual(
        "Окно спрашивают по сроку: задание, выбранное по дню выдачи, семья увидит не в тот день или "
        "не увидит.",
        "A window selects by due date: homework selected by the day it was set appears on the wrong day or "
        "not at all.",
    ),
    fix=Bilingual(
        "Отбирайте задания по due_on, а не по set_on.",
        "Select homework by due_on, not by set_on.",
    ),
    example='GET /v1/students/42/homework?from=2026-09-01&to=2026-09-07\n{"due_on": "2026-09-02"}',
    check=check,
)
