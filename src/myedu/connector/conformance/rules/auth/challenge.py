"""What a 401 says beside its status."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import that
from myedu.connector.conformance.rule import Both, Rule


async def check(case: Case) -> None:
    answer = await case.ask.get("/v1/capabilities", bearer=None)
    said = answer.headers.get("WWW-Authenticate", "")
    that(
        said.lower().startswith("bearer"),
        f"WWW-Authenticate — {said!r}, а нужен Bearer",
        f"WWW-Authenticate is {said!r}, expected Bearer",
        answer,
    )


RULE = Rule(
    id="auth.challenge",
    title=Both("401 говорит, чем представиться", "A 401 says how to introduce oneself"),
    reason=Both(
        "Без заголовка библиотеки не просят новый токен сами, и страница остаётся без дневника.",
        "Without the header libraries don't fetch a new token by themselves, and a page has no diary.",
    ),
    mend=Both(
        "Добавьте к каждому ответу 401 заголовок WWW-Authenticate: Bearer (RFC 9110 §11.6.1).",
        "Add WWW-Authenticate: Bearer to every 401 (RFC 9110 §11.6.1).",
    ),
    example="GET /v1/capabilities, no Authorization\n401 WWW-Authenticate: Bearer",
    severity="warning",
    check=check,
)
