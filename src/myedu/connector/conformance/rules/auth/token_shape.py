"""The answer of the token endpoint has token_type Bearer and a positive expires_in."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import require, status
from myedu.connector.conformance.rule import Bilingual, Rule


async def check(case: Case) -> None:
    answer = await case.http.grant()
    status(answer, 200)
    body = answer.json() or {}
    kind, life = body.get("token_type"), body.get("expires_in")
    require(
        isinstance(kind, str) and kind.lower() == "bearer",
        f"token_type — {kind!r}, а нужен Bearer",
        f"token_type is {kind!r}, expected Bearer",
        answer,
    )
    require(
        isinstance(life, int) and not isinstance(life, bool) and life > 0,
        f"expires_in — {life!r}, а нужно целое число секунд",
        f"expires_in is {life!r}, expected a whole number of seconds",
        answer,
    )


RULE = Rule(
    id="auth.token-shape",
    title=Bilingual(
        "Токен выдан по RFC 6749 §5.1",
        "A token is issued as RFC 6749 §5.1 says",
    ),
    reason=Bilingual(
        "Портал хранит токен, пока не кончится expires_in: без числа он просит новый на каждую страницу.",
        "The portal keeps a token until expires_in: without this number it requests a new one for every "
        "page.",
    ),
    fix=Bilingual(
        'Отвечайте JSON: access_token — строка, token_type — "Bearer", expires_in — целое число секунд.',
        'Answer JSON: access_token is a string, token_type is "Bearer", expires_in is a whole number of '
        "seconds.",
    ),
    example='POST /oauth2/token\n200 {"access_token": "…", "token_type": "Bearer", "expires_in": 3600}',
    check=check,
)
