"""One assertion sent twice."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import status
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.auth._grants import gives_no_token


async def check(case: Case) -> None:
    assertion = case.ask.assertion()
    status(await case.ask.grant(assertion), 200, what=("первый раз", "the first time"))
    answer = await case.ask.grant(assertion)
    gives_no_token(answer, "то же утверждение во второй раз", "the same assertion a second time")


RULE = Rule(
    id="auth.assertion-replay",
    title=Both("Утверждение годится на один токен", "An assertion is good for one token"),
    reason=Both(
        "Подсмотренное утверждение нельзя повторить: токен по нему уже выдан порталу.",
        "An assertion that was overheard can't be repeated: its token went to the portal already.",
    ),
    mend=Both(
        "Помните jti каждого принятого утверждения, пока не наступит его exp; повтор — 401. "
        "Если процессов несколько, память jti у них общая.",
        "Remember the jti of each accepted assertion until its exp; a second one is 401. "
        "Where there are several processes, they share that memory.",
    ),
    example='POST /oauth2/token, the same client_assertion again\n401 {"error": "invalid_client"}',
    check=check,
)
