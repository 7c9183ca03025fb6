"""A query parameter given twice is refused."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.rule import Bilingual, Rule


async def check(case: Case) -> None:
    window = await case.window()
    query = f"from={window.first}&from={window.last}&to={window.last}"
    answer = await case.http.get(case.path("schedule"), query)
    refused(answer, "bad-parameter", "bad-day", what=("from дважды", "from twice"))


RULE = Rule(
    id="methods.repeated-parameter",
    title=Bilingual("Параметр, данный дважды, отвергается", "A parameter given twice is refused"),
    reason=Bilingual(
        "Прокси и журнал могут взять разные значения: один проверит одно, другой отдаст другое.",
        "A proxy and the journal may pick different values: one is checked, the other is served.",
    ),
    fix=Bilingual(
        "Если from или to повторён, отвечайте 400 bad-parameter.",
        "Answer 400 bad-parameter if a parameter is given twice.",
    ),
    example='GET /v1/students/42/schedule?from=a&from=b&to=c\n400 {"code": "bad-parameter", "field": "from"}',
    severity="warning",
    check=check,
)
