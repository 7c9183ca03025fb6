"""Ids of nobody."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.rule import Both, Rule

_NOBODY = "conformance-nobody"


async def check(case: Case) -> None:
    for name in case.day_methods:
        answer = await case.ask_days(name, student_id=_NOBODY)
        refused(answer, "not-found", what=(f"{name}, незнакомый id", f"{name}, an unknown id"))


RULE = Rule(
    id="methods.nobody",
    title=Both("О незнакомом ученике — 404", "An unknown student is a 404"),
    reason=Both(
        "Пустой дневник вместо 404 скрывает, что журнал и выгрузка разошлись: родители ждут оценок зря.",
        "An empty diary in place of a 404 hides that journal and export differ: parents wait for "
        "marks in vain.",
    ),
    mend=Both(
        "Нет ученика с таким id — отвечайте 404 not-found.", "No student of this id: answer 404 not-found."
    ),
    example='GET /v1/students/nobody/marks\n404 {"code": "not-found"}',
    check=check,
)
