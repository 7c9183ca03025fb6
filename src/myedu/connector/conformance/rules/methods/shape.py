"""Answers have the contract's structure."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.decode import SHAPE
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.methods._faults import no_fault_of


async def check(case: Case) -> None:
    await no_fault_of(case, SHAPE)


RULE = Rule(
    id=SHAPE,
    title=Bilingual("Ответы имеют форму контракта", "Answers have the contract's shape"),
    reason=Bilingual(
        "Поле с опечаткой читается как пустое: «уроков нет» вместо расписания. Портал такой ответ не берёт.",
        "A misspelt field reads as an empty one: no lessons instead of a timetable. The portal rejects such "
        "an answer.",
    ),
    fix=Bilingual(
        "Сверьте ответ с contract.schema.json; место ошибки названо в отчёте. Лишние поля допустимы.",
        "Compare the answer with contract.schema.json; the report gives the place. Additional fields are "
        "allowed.",
    ),
    example='GET /v1/students/42/marks\n200 {"student_id": "42", "from": "…", "to": "…", "marks": []}',
    check=check,
)
