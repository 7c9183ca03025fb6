"""Ids in answers are strings."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.decode import IDS
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.methods._faults import no_fault_of


async def check(case: Case) -> None:
    await no_fault_of(case, IDS)


RULE = Rule(
    id=IDS,
    title=Bilingual("Идентификаторы — строки", "Ids are strings"),
    reason=Bilingual(
        "Число больше 2^53 в браузере становится другим числом, и запись теряет своего хозяина.",
        "A number above 2^53 becomes another number in a browser, and the record loses its owner.",
    ),
    fix=Bilingual(
        'Пишите id в кавычках: "9007199254740993", и так везде, где поле кончается на id.',
        'Put ids in quotes: "9007199254740993", in every field whose name ends in id.',
    ),
    example='GET /v1/students/42/homework\n200 {"homework": [{"id": "9007199254740993", …}]}',
    check=check,
)
