"""A parameter given twice."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.rule import Both, Rule


async def check(case: Case) -> None:
    window = await case.window()
    query = f"from={window.first}&from={window.last}&to={window.last}"
    answer = await case.ask.get(case.path("schedule"), query)
    refused(answer, "bad-parameter", "bad-day", what=("from дважды", "from given twice"))


RULE = Rule(
    id="methods.repeated-parameter",
    title=Both("Параметр, данный дважды, отвергается", "A parameter given twice is refused"),
    reason=Both(
        "Прокси и журнал могут взять разные значения: один проверит одно, другой отдаст другое.",
        "A proxy and the journal may take different ones: one checks this, the other serves that.",
    ),
    mend=Both(
        "Если from или to повторён, отвечайте 400 bad-parameter.", "Answer a repeated from or to with 400."
    ),
    example='GET /v1/students/42/schedule?from=a&from=b&to=c\n400 {"code": "bad-parameter", "field": "from"}',
    severity="warning",
    check=check,
)
