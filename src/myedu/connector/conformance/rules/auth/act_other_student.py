"""An act claim about another student."""

from myedu.connector.conformance.case import Case, query_of
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.keys import act_claims
from myedu.connector.conformance.rule import Both, Rule
from myedu.contract.act import ACT_HEADER


async def check(case: Case) -> None:
    ask = case.ask
    claims = act_claims(ask.client_id, ask.base_url, case.clock.now(), "conformance-another")
    headers = {ACT_HEADER: ask.signer.sign(claims)}
    answer = await ask.get(case.path("marks"), query_of(await case.window()), headers=headers)
    refused(answer, "bad-act", what=("заявление о другом ученике", "a claim about another student"))


RULE = Rule(
    id="auth.act-other-student",
    title=Both("Заявление о другом ученике отвергается", "A claim about another student is refused"),
    reason=Both(
        "Это последняя преграда ошибке портала: мать, о которой сказано в заявлении, не увидит "
        "чужого ребёнка.",
        "It is the last bar to a mistake of the portal: the mother of the claim sees no other child.",
    ),
    mend=Both(
        "Если в Myedu-Act есть act.student_id и он не тот, о ком запрос, отвечайте 400 bad-act.",
        "Where Myedu-Act has act.student_id and it isn't the one asked about, answer 400 bad-act.",
    ),
    example='GET /v1/students/42/marks, Myedu-Act about 43\n400 {"code": "bad-act"}',
    exceptions=Both(
        "Система, которая заявлений не читает вовсе, просит исключение и пишет об этом.",
        "A system that reads no claims at all asks for an exemption and says so.",
    ),
    check=check,
)
