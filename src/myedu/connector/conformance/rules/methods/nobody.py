"""An unknown student id gets 404 from every method about days."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.rule import Bilingual, Rule

_UNKNOWN_STUDENT = "conformance-nobody"


async def check(case: Case) -> None:
    for name in case.day_methods:
        answer = await case.get_days(name, student_id=_UNKNOWN_STUDENT)
        refused(answer, "not-found", what=(f"{name}, незнакомый id", f"{name}, an unknown id"))


RULE = Rule(
    id="methods.nobody",
    title=Bilingual(
        "О незнакомом ученике — 404",
        "An unknown student gets 404",
    ),
    reason=Bilingual(
        "Пустой дневник вместо 404 скрывает, что журнал и выгрузка разошлись: родители ждут оценок зря.",
        "An empty diary instead of a 404 hides that the journal and the export differ: parents wait for "
        "marks in vain.",
    ),
    fix=Bilingual(
        "Нет ученика с таким id — отвечайте 404 not-found.",
        "If there is no student with this id, answer 404 not-found.",
    ),
    example='GET /v1/students/nobody/marks\n404 {"code": "not-found"}',
    check=check,
)
