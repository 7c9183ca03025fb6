"""Cookies where nobody needs them."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import that
from myedu.connector.conformance.rule import Both, Rule


async def check(case: Case) -> None:
    for name in case.day_methods:
        answer = await case.ask_days(name)
        that(
            "Set-Cookie" not in answer.headers,
            f"{name}: ответ ставит куки",
            f"{name}: the answer sets a cookie",
            answer,
        )


RULE = Rule(
    id="methods.no-cookies",
    title=Both("Методы не ставят кук", "Methods set no cookies"),
    reason=Both(
        "Портал спрашивает за многих людей сразу; сеанс, привязанный к куке, смешает их.",
        "The portal asks for many people at once; a session tied to a cookie would mix them up.",
    ),
    mend=Both(
        "Выключите сеансы на адресах обмена: всё, что нужно, есть в токене.",
        "Switch sessions off on the exchange's addresses: the token says all that is needed.",
    ),
    example="GET /v1/students/42/schedule\n200 without Set-Cookie",
    severity="warning",
    check=check,
)
