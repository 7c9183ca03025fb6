"""The token endpoint ignores parameters it doesn't know."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import status
from myedu.connector.conformance.rule import Bilingual, Rule


async def check(case: Case) -> None:
    answer = await case.http.grant(scope="diary", resource=case.http.base_url)
    status(answer, 200, what=("с параметром scope", "with the parameter scope"))


RULE = Rule(
    id="auth.extra-parameters",
    title=Bilingual(
        "Незнакомые параметры пропускаются",
        "Unknown parameters are ignored",
    ),
    reason=Bilingual(
        "Обычные библиотеки OAuth добавляют scope и resource сами; отказ из-за них не даёт подключиться.",
        "Common OAuth libraries add scope and resource by themselves; refusing these prevents the "
        "connection.",
    ),
    fix=Bilingual(
        "Не обращайте внимания на параметры, которых не знаете (RFC 6749 §3.2).",
        "Ignore parameters you don't know (RFC 6749 §3.2).",
    ),
    example='POST /oauth2/token … &scope=diary\n200 {"access_token": "…"}',
    check=check,
)
