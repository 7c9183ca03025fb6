"""Methods that are not declared."""

from myedu.connector.conformance.case import Case, get_methods
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.rule import Both, Nothing, Rule

_ANY = {"{export_id}/{file}": "00000000-0000-0000-0000-000000000001/persons.csv.gz"}


async def check(case: Case) -> None:
    undeclared = [one for one in get_methods() if not case.serves(one) and one.profile is None]
    if not undeclared:
        raise Nothing("объявлено всё", "everything is declared")
    for one in undeclared:
        path = one.path
        for hole, filled in _ANY.items():
            path = path.replace(hole, filled)
        answer = await case.ask.get(case.path(one.name) if path == one.path and "{" in path else path)
        refused(answer, "not-implemented", what=(f"{one.name} не объявлен", f"{one.name} is not declared"))


RULE = Rule(
    id="capabilities.undeclared",
    title=Both("Необъявленный метод отвечает 501", "An undeclared method answers 501"),
    reason=Both(
        "404 значит «такого ученика нет». Если так отвечает и метод, которого нет, семье скажут неправду.",
        "404 says that there is no such student. Where a method that isn't there says it too, a "
        "family is misled.",
    ),
    mend=Both(
        "На метод необъявленной возможности отвечайте 501 not-implemented.",
        "Answer a method of an undeclared capability with 501 not-implemented.",
    ),
    example='GET /v1/students/42/attendance, attendance is not declared\n501 {"code": "not-implemented"}',
    check=check,
)
