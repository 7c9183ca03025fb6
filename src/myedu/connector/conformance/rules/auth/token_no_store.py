"""The answer with a token has Cache-Control: no-store."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule


async def check(case: Case) -> None:
    answer = await case.http.grant()
    header = answer.headers.get("Cache-Control", "")
    require(
        "no-store" in header.lower(),
        f"Cache-Control у ответа с токеном — {header!r}, а нужен no-store",
        f"Cache-Control of the token's answer is {header!r}, expected no-store",
        answer,
    )


RULE = Rule(
    id="auth.token-no-store",
    title=Bilingual(
        "Ответ с токеном не остаётся в кешах",
        "The answer with a token is not cached",
    ),
    reason=Bilingual(
        "Токен в кеше прокси открывает дневники всех учеников тому, кто видит этот кеш.",
        "A token in a proxy's cache opens every student's diary to anyone who can read the cache.",
    ),
    fix=Bilingual(
        "Добавьте к ответу /oauth2/token заголовок Cache-Control: no-store (RFC 6749 §5.1).",
        "Add Cache-Control: no-store to the answer of /oauth2/token (RFC 6749 §5.1).",
    ),
    example="POST /oauth2/token\n200 Cache-Control: no-store",
    severity="warning",
    check=check,
)
