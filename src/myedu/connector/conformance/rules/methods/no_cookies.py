"""Answers about days set no cookies."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule


async def check(case: Case) -> None:
    for name in case.day_methods:
        answer = await case.get_days(name)
        require(
            "Set-Cookie" not in answer.headers,
            f"{name}: ответ ставит куки",
            f"{name}: the answer sets a cookie",
            answer,
        )


RULE = Rule(
    id="methods.no-cookies",
    title=Bilingual("Методы не ставят кук", "Methods set no cookies"),
    reason=Bilingual(
        "Портал спрашивает за многих людей сразу; сеанс, привязанный к куке, смешает их.",
        "The portal makes requests for many people at once; a session bound to a cookie would mix them up.",
    ),
    fix=Bilingual(
        "Выключите сеансы на адресах обмена: всё, что нужно, есть в токене.",
        "Disable sessions on the addresses of the exchange: the token carries all that is needed.",
    ),
    example="GET /v1/students/42/schedule\n200 without Set-Cookie",
    severity="warning",
    check=check,
)
