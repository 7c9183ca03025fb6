"""The day that homework was set."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import HomeworkList


async def check(case: Case) -> None:
    read = await case.read(HomeworkList)
    some(
        [one for one in read.value.homework if one.set_on],
        "заданий с днём выдачи",
        "homework with set_on",
        read.answer,
    )
    wrong = [one.id for one in read.value.homework if one.set_on and one.set_on > one.due_on]
    none_at(wrong, "задано позже срока", "set after it is due", read.answer)


RULE = Rule(
    id="data.homework-set-before-due",
    title=Both(
        "Задание выдано не позже срока",
        "Homework is set before it is due",
    ),
    reason=Both(
        "По дню выдачи видно, сколько дней было на работу; «задано после срока» — спор с учителем.",
        "The day it was set tells how long there was for the work.",
    ),
    mend=Both(
        "Проверьте, что set_on и due_on не переставлены.",
        "Check that set_on and due_on don't stand in each other's place.",
    ),
    example='{"set_on": "2026-09-01", "due_on": "2026-09-02"}',
    severity="warning",
    check=check,
)
