"""Ids that the contract doesn't allow are refused."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.rule import Bilingual, Rule

_BAD = ("x" * 65, "ученик", "a b")


async def check(case: Case) -> None:
    for text in _BAD:
        answer = await case.get_days("schedule", student_id=text)
        refused(answer, "bad-id", "not-found", what=(f"id {text[:20]!r}", f"the id {text[:20]!r}"))


RULE = Rule(
    id="methods.bad-id",
    title=Bilingual(
        "Невозможный id отвергается",
        "An invalid id is refused",
    ),
    reason=Bilingual(
        "Пробелы и кириллица в id приходят от ошибок и от взломщиков; отвечать на них нужно "
        "одинаково спокойно.",
        "Spaces and Cyrillic in an id come from mistakes and from intruders; both get the same calm answer.",
    ),
    fix=Bilingual(
        "id — от 1 до 64 печатных знаков ASCII; на остальное 400 bad-id или 404 not-found.",
        "An id is 1 to 64 printable ASCII characters; answer anything else with 400 bad-id or 404 not-found.",
    ),
    example='GET /v1/students/a%20b/schedule\n400 {"code": "bad-id"}',
    check=check,
)
