"""expires_in of a token lies between a minute and a day."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Blocked, Rule

_SHORTEST, _LONGEST = 60, 24 * 3600


async def check(case: Case) -> None:
    answer = await case.http.grant()
    life = (answer.json() or {}).get("expires_in")
    if not isinstance(life, int):
        raise Blocked("auth.token-shape", "expires_in не число", "expires_in is not a number", answer)
    require(
        _SHORTEST <= life <= _LONGEST,
        f"токен живёт {life} с, а нужно от {_SHORTEST} до {_LONGEST}",
        f"a token lives {life} s, expected {_SHORTEST} to {_LONGEST}",
        answer,
    )


RULE = Rule(
    id="auth.token-life",
    title=Bilingual(
        "Токен живёт от минуты до суток",
        "A token lives between a minute and a day",
    ),
    reason=Bilingual(
        "Короче минуты — каждая страница ждёт двух запросов; дольше суток — украденный токен служит вору.",
        "Below a minute, every page waits for two requests; above a day, a stolen token stays useful to the "
        "thief.",
    ),
    fix=Bilingual(
        "Выдавайте токены на час: expires_in 3600.",
        "Issue tokens for an hour: expires_in 3600.",
    ),
    example='POST /oauth2/token\n200 {"access_token": "…", "token_type": "Bearer", "expires_in": 3600}',
    check=check,
)
