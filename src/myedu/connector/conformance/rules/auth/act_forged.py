"""An act claim signed by somebody else."""

from asyncio import to_thread

from myedu.connector.conformance.case import Case, query_of
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.keys import act_claims
from myedu.connector.conformance.rule import Both, Rule
from myedu.contract.act import ACT_HEADER


async def check(case: Case) -> None:
    ask = case.ask
    stranger = await to_thread(ask.signer.stranger)
    act = stranger.sign(act_claims(ask.client_id, ask.base_url, case.clock.now(), case.student))
    answer = await ask.get(case.path("marks"), query_of(await case.window()), headers={ACT_HEADER: act})
    refused(answer, "bad-act", what=("заявление с чужой подписью", "a claim with a stranger's signature"))


RULE = Rule(
    id="auth.act-forged",
    title=Both("Поддельное заявление отвергается", "A forged claim is refused"),
    reason=Both(
        "Журнал, куда попадают неподписанные слова, не докажет, кто смотрел дневник.",
        "A log that takes words nobody signed proves nothing about who looked into a diary.",
    ),
    mend=Both(
        "Проверяйте подпись Myedu-Act тем же ключом клиента; не сходится — 400 bad-act.",
        "Verify Myedu-Act with the same key of the client; where it doesn't hold, answer 400 bad-act.",
    ),
    example='GET /v1/students/42/marks, Myedu-Act signed by another key\n400 {"code": "bad-act"}',
    severity="warning",
    check=check,
)
