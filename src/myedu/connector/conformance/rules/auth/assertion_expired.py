"""An assertion that expired an hour ago gets no token."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.auth._grants import gives_no_token

_AGO = 3600  # seconds: more than any clock skew


async def check(case: Case) -> None:
    now = int(case.clock.now().timestamp())
    answer = await case.http.grant(case.http.assertion(iat=now - _AGO - 60, exp=now - _AGO))
    gives_no_token(answer, "утверждение истекло час назад", "the assertion expired an hour ago")


RULE = Rule(
    id="auth.assertion-expired",
    title=Bilingual("Истёкшее утверждение отвергается", "An expired assertion is refused"),
    reason=Bilingual(
        "Утверждение, подсмотренное в старом журнале запросов, открывало бы дневники вечно.",
        "An assertion found in an old request log would open the diaries forever.",
    ),
    fix=Bilingual(
        "Сверяйте exp со своими часами; допуск на расхождение часов — минута.",
        "Compare exp with your clock; allow a minute of clock skew.",
    ),
    example='POST /oauth2/token, exp an hour ago\n401 {"error": "invalid_client"}',
    check=check,
)
