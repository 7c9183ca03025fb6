"""Ids are text."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.reading import IDS
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.methods._faults import no_fault_of


async def check(case: Case) -> None:
    await no_fault_of(case, IDS)


RULE = Rule(
    id=IDS,
    title=Both("Идентификаторы — строки", "Ids are strings"),
    reason=Both(
        "Число больше 2^53 в браузере становится другим числом, и запись теряет своего хозяина.",
        "A number past 2^53 becomes another number in a browser, and a record loses its owner.",
    ),
    mend=Both(
        'Пишите id в кавычках: "9007199254740993", и так везде, где поле кончается на id.',
        'Write ids in quotes: "9007199254740993", wherever a field ends in id.',
    ),
    example='GET /v1/students/42/homework\n200 {"homework": [{"id": "9007199254740993", …}]}',
    check=check,
)
