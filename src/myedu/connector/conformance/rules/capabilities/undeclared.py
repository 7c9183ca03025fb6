"""Methods of undeclared capabilities answer not-implemented."""

from myedu.connector.conformance.case import Case, get_methods
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.rule import Bilingual, Rule, Skipped

_SOME_FILE = "00000000-0000-0000-0000-000000000001/persons.csv.gz"


async def check(case: Case) -> None:
    undeclared = [method for method in get_methods() if not case.serves(method) and method.profile is None]
    if not undeclared:
        raise Skipped("объявлено всё", "everything is declared")
    for called in undeclared:
        path = called.path.replace("{export_id}/{file}", _SOME_FILE)
        answer = await case.http.get(case.path(called.name) if "{" in path else path)
        refused(
            answer, "not-implemented", what=(f"{called.name} не объявлен", f"{called.name} is not declared")
        )


RULE = Rule(
    id="capabilities.undeclared",
    title=Bilingual("Необъявленный метод отвечает 501", "An undeclared method answers 501"),
    reason=Bilingual(
        "404 значит «такого ученика нет». Если так отвечает и метод, которого нет, семье скажут неправду.",
        "A 404 means that there is no such student. If a missing method answers the same, the family is "
        "misled.",
    ),
    fix=Bilingual(
        "На метод необъявленной возможности отвечайте 501 not-implemented.",
        "Answer 501 not-implemented to a method of an undeclared capability.",
    ),
    example='GET /v1/students/42/attendance, attendance is not declared\n501 {"code": "not-implemented"}',
    check=check,
)
