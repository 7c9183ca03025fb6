"""An assertion whose time is over."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.auth._grants import gives_no_token

_AGO = 3600  # seconds: no difference of clocks explains it


async def check(case: Case) -> None:
    now = int(case.clock.now().timestamp())
    answer = await case.ask.grant(case.ask.assertion(iat=now - _AGO - 60, exp=now - _AGO))
    gives_no_token(answer, "утверждение истекло час назад", "the assertion expired an hour ago")


RULE = Rule(
    id="auth.assertion-expired",
    title=Both("Истёкшее утверждение отвергается", "An expired assertion is refused"),
    reason=Both(
        "Утверждение, подсмотренное в старом журнале запросов, открывало бы дневники вечно.",
        "An assertion seen in an old log would open the diaries forever.",
    ),
    mend=Both(
        "Сверяйте exp со своими часами; допуск на расхождение часов — минута.",
        "Compare exp with your clock; allow a minute for clocks that differ.",
    ),
    example='POST /oauth2/token, exp an hour ago\n401 {"error": "invalid_client"}',
    check=check,
)
