"""Errors about a window name the parameter in field."""

from datetime import timedelta

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule


async def check(case: Case) -> None:
    window = await case.window()
    earlier = (window.first - timedelta(days=1)).isoformat()
    for query, field in (
        ({"from": window.first.isoformat()}, "to"),
        ({"from": "2026-02-30", "to": window.last.isoformat()}, "from"),
        ({"from": window.first.isoformat(), "to": earlier}, "to"),
    ):
        answer = await case.http.get(case.path("schedule"), query)
        body = answer.json()
        named = body.get("field") if isinstance(body, dict) else None
        require(
            named == field or answer.status < 400,
            f"field в ошибке — {named!r}, а виноват {field!r}",
            f"field of the error is {named!r}, expected {field!r}",
            answer,
        )


RULE = Rule(
    id="methods.problem-field",
    title=Bilingual("Ошибка называет параметр", "An error names the parameter"),
    reason=Bilingual(
        "Разработчик портала видит, что исправить, не звоня вашей поддержке.",
        "The portal's developer sees what to fix without calling your support.",
    ),
    fix=Bilingual(
        "Пишите в field имя параметра, который нужно исправить.",
        "Put the name of the parameter to fix into field.",
    ),
    example='GET /v1/students/42/schedule?from=2026-09-01\n400 {"code": "half-window", "field": "to"}',
    severity="warning",
    check=check,
)
