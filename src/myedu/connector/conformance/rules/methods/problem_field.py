"""Which parameter an error is about."""

from datetime import timedelta

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import that
from myedu.connector.conformance.rule import Both, Rule


async def check(case: Case) -> None:
    window = await case.window()
    earlier = (window.first - timedelta(days=1)).isoformat()
    for query, field in (
        ({"from": window.first.isoformat()}, "to"),
        ({"from": "2026-02-30", "to": window.last.isoformat()}, "from"),
        ({"from": window.first.isoformat(), "to": earlier}, "to"),
    ):
        answer = await case.ask.get(case.path("schedule"), query)
        body = answer.json()
        said = body.get("field") if isinstance(body, dict) else None
        that(
            said == field or answer.status < 400,
            f"field в ошибке — {said!r}, а виноват {field!r}",
            f"field of the error is {said!r}, at fault is {field!r}",
            answer,
        )


RULE = Rule(
    id="methods.problem-field",
    title=Both("Ошибка называет параметр", "An error names the parameter"),
    reason=Both(
        "Разработчик портала видит, что исправить, не звоня вашей поддержке.",
        "The portal's developer sees what to mend without calling your support.",
    ),
    mend=Both(
        "Пишите в field имя параметра, который нужно исправить.",
        "Write into field the name of the parameter to be mended.",
    ),
    example='GET /v1/students/42/schedule?from=2026-09-01\n400 {"code": "half-window", "field": "to"}',
    severity="warning",
    check=check,
)
