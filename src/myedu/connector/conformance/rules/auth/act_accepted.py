"""A good act claim."""

from myedu.connector.conformance.case import Case, query_of
from myedu.connector.conformance.expect import status
from myedu.connector.conformance.keys import act_claims
from myedu.connector.conformance.rule import Both, Rule
from myedu.contract.act import ACT_HEADER


async def check(case: Case) -> None:
    ask = case.ask
    act = ask.signer.sign(act_claims(ask.client_id, ask.base_url, case.clock.now(), case.student))
    window = query_of(await case.window())
    for _ in range(2):
        answer = await ask.get(case.path("schedule"), window, headers={ACT_HEADER: act}, again=True)
        status(answer, 200, what=("с верным Myedu-Act", "with a good Myedu-Act"))


RULE = Rule(
    id="auth.act-accepted",
    title=Both("Запрос с Myedu-Act обслуживается", "A request with Myedu-Act is served"),
    reason=Both(
        "Портал говорит в каждом запросе, для кого он; одно заявление служит всем запросам страницы.",
        "The portal says in each request for whom it is; one claim serves all requests of a page.",
    ),
    mend=Both(
        "Заявление можно записать в свой журнал; отказывать из-за него и запоминать его jti не нужно.",
        "You may log the claim; don't refuse because of it and don't remember its jti.",
    ),
    example="GET /v1/students/42/schedule, Myedu-Act: <JWT about 42>\n200",
    check=check,
)
