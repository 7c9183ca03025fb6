"""Homework is set no later than it is due."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import HomeworkList


async def check(case: Case) -> None:
    decoded = await case.read_days(HomeworkList)
    some(
        [task for task in decoded.value.homework if task.set_on],
        "заданий с днём выдачи",
        "homework with set_on",
        decoded.answer,
    )
    wrong = [task.id for task in decoded.value.homework if task.set_on and task.set_on > task.due_on]
    none_at(wrong, "задано позже срока", "set after it is due", decoded.answer)


RULE = Rule(
    id="data.homework-set-before-due",
    title=Bilingual(
        "Задание выдано не позже срока",
        "Homework is set before it is due",
    ),
    reason=Bilingual(
        "По дню выдачи видно, сколько дней было на работу; «задано после срока» — спор с учителем.",
        "The day it was set shows how much time there was for the work.",
    ),
    fix=Bilingual(
        "Проверьте, что set_on и due_on не переставлены.",
        "Check that set_on and due_on are not swapped.",
    ),
    example='{"set_on": "2026-09-01", "due_on": "2026-09-02"}',
    severity="warning",
    check=check,
)
