"""A token is kept by no cache."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import that
from myedu.connector.conformance.rule import Both, Rule


async def check(case: Case) -> None:
    answer = await case.ask.grant()
    said = answer.headers.get("Cache-Control", "")
    that(
        "no-store" in said.lower(),
        f"Cache-Control у ответа с токеном — {said!r}, а нужен no-store",
        f"Cache-Control of the token's answer is {said!r}, expected no-store",
        answer,
    )


RULE = Rule(
    id="auth.token-no-store",
    title=Both("Ответ с токеном не остаётся в кешах", "The answer with a token stays in no cache"),
    reason=Both(
        "Токен в кеше прокси открывает дневники всех учеников тому, кто видит этот кеш.",
        "A token in a proxy's cache opens every pupil's diary to whoever sees that cache.",
    ),
    mend=Both(
        "Добавьте к ответу /oauth2/token заголовок Cache-Control: no-store (RFC 6749 §5.1).",
        "Add Cache-Control: no-store to the answer of /oauth2/token (RFC 6749 §5.1).",
    ),
    example="POST /oauth2/token\n200 Cache-Control: no-store",
    severity="warning",
    check=check,
)
