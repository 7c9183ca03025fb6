"""Ids that no journal can have."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.rule import Both, Rule

_BAD = ("x" * 65, "ученик", "a b")


async def check(case: Case) -> None:
    for text in _BAD:
        answer = await case.ask_days("schedule", student_id=text)
        refused(answer, "bad-id", "not-found", what=(f"id {text[:20]!r}", f"the id {text[:20]!r}"))


RULE = Rule(
    id="methods.bad-id",
    title=Both("Невозможный id отвергается", "An impossible id is refused"),
    reason=Both(
        "Пробелы и кириллица в id приходят от ошибок и от взломщиков; отвечать на них нужно "
        "одинаково спокойно.",
        "Blanks and Cyrillic in an id come from mistakes and from intruders; both get the same calm answer.",
    ),
    mend=Both(
        "id — от 1 до 64 печатных знаков ASCII; на остальное 400 bad-id или 404 not-found.",
        "An id has 1 to 64 printable ASCII characters; answer the rest with 400 bad-id or 404 not-found.",
    ),
    example='GET /v1/students/a%20b/schedule\n400 {"code": "bad-id"}',
    check=check,
)
