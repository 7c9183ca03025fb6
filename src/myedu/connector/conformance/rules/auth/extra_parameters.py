"""Parameters that the token endpoint doesn't know."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import status
from myedu.connector.conformance.rule import Both, Rule


async def check(case: Case) -> None:
    answer = await case.ask.grant(scope="diary", resource=case.ask.base_url)
    status(answer, 200, what=("с параметром scope", "with the parameter scope"))


RULE = Rule(
    id="auth.extra-parameters",
    title=Both("Незнакомые параметры пропускаются", "Unknown parameters are passed over"),
    reason=Both(
        "Обычные библиотеки OAuth добавляют scope и resource сами; отказ из-за них не даёт подключиться.",
        "Usual OAuth libraries add scope and resource by themselves; refusing them keeps callers out.",
    ),
    mend=Both(
        "Не обращайте внимания на параметры, которых не знаете (RFC 6749 §3.2).",
        "Ignore parameters that you don't know (RFC 6749 §3.2).",
    ),
    example='POST /oauth2/token … &scope=diary\n200 {"access_token": "…"}',
    check=check,
)
