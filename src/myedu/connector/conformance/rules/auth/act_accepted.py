"""A request with a correct act claim is served, also when the same claim is sent again."""

from myedu.connector.conformance.case import Case, query_of
from myedu.connector.conformance.expect import status
from myedu.connector.conformance.keys import act_claims
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.contract.act import ACT_HEADER


async def check(case: Case) -> None:
    http = case.http
    act = http.signer.sign(act_claims(http.client_id, http.base_url, case.clock.now(), case.student))
    window = query_of(await case.window())
    for _ in range(2):
        answer = await http.get(case.path("schedule"), window, headers={ACT_HEADER: act}, again=True)
        status(answer, 200, what=("с верным Myedu-Act", "with a correct Myedu-Act"))


RULE = Rule(
    id="auth.act-accepted",
    title=Bilingual("Запрос с Myedu-Act обслуживается", "A request with Myedu-Act is served"),
    reason=Bilingual(
        "Портал говорит в каждом запросе, для кого он; одно заявление служит всем запросам страницы.",
        "Each request from the portal says on whose behalf it is made; one claim serves all requests of a "
        "page.",
    ),
    fix=Bilingual(
        "Заявление можно записать в свой журнал; отказывать из-за него и запоминать его jti не нужно.",
        "You may log the claim; don't refuse a request because of it, and don't remember its jti.",
    ),
    example="GET /v1/students/42/schedule, Myedu-Act: <JWT about 42>\n200",
    check=check,
)
