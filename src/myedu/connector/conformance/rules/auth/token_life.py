"""For how long a token lives."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import that
from myedu.connector.conformance.rule import Blocked, Both, Rule

_SHORTEST, _LONGEST = 60, 24 * 3600


async def check(case: Case) -> None:
    answer = await case.ask.grant()
    life = (answer.json() or {}).get("expires_in")
    if not isinstance(life, int):
        raise Blocked("auth.token-shape", "expires_in не число", "expires_in is no number", answer)
    that(
        _SHORTEST <= life <= _LONGEST,
        f"токен живёт {life} с, а нужно от {_SHORTEST} до {_LONGEST}",
        f"a token lives {life} s, expected {_SHORTEST} to {_LONGEST}",
        answer,
    )


RULE = Rule(
    id="auth.token-life",
    title=Both("Токен живёт от минуты до суток", "A token lives from a minute to a day"),
    reason=Both(
        "Короче минуты — каждая страница ждёт двух запросов; дольше суток — украденный токен служит вору.",
        "Shorter than a minute, each page waits for two calls; longer than a day, a stolen one "
        "serves a thief.",
    ),
    mend=Both("Выдавайте токены на час: expires_in 3600.", "Give tokens for an hour: expires_in 3600."),
    example='POST /oauth2/token\n200 {"access_token": "…", "token_type": "Bearer", "expires_in": 3600}',
    check=check,
)
