"""A 401 has WWW-Authenticate: Bearer."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule


async def check(case: Case) -> None:
    answer = await case.http.get("/v1/capabilities", bearer=None)
    header = answer.headers.get("WWW-Authenticate", "")
    require(
        header.lower().startswith("bearer"),
        f"WWW-Authenticate — {header!r}, а нужен Bearer",
        f"WWW-Authenticate is {header!r}, expected Bearer",
        answer,
    )


RULE = Rule(
    id="auth.challenge",
    title=Bilingual(
        "401 говорит, чем представиться",
        "A 401 says how to authenticate",
    ),
    reason=Bilingual(
        "Без заголовка библиотеки не просят новый токен сами, и страница остаётся без дневника.",
        "Without this header, libraries don't request a new token by themselves, and the page has no diary.",
    ),
    fix=Bilingual(
        "Добавьте к каждому ответу 401 заголовок WWW-Authenticate: Bearer (RFC 9110 §11.6.1).",
        "Add WWW-Authenticate: Bearer to every 401 (RFC 9110 §11.6.1).",
    ),
    example="GET /v1/capabilities, no Authorization\n401 WWW-Authenticate: Bearer",
    severity="warning",
    check=check,
)
