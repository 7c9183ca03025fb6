"""An act claim about another student is refused with bad-act."""

from myedu.connector.conformance.case import Case, query_of
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.keys import act_claims
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.contract.act import ACT_HEADER


async def check(case: Case) -> None:
    http = case.http
    claims = act_claims(http.client_id, http.base_url, case.clock.now(), "conformance-another")
    headers = {ACT_HEADER: http.signer.sign(claims)}
    answer = await http.get(case.path("marks"), query_of(await case.window()), headers=headers)
    refused(answer, "bad-act", what=("заявление о другом ученике", "a claim about another student"))


RULE = Rule(
    id="auth.act-other-student",
    title=Bilingual("Заявление о другом ученике отвергается", "A claim about another student is refused"),
    reason=Bilingual(
        "Это последняя преграда ошибке портала: мать, о которой сказано в заявлении, не увидит "
        "чужого ребёнка.",
        "This is the last barrier against a mistake of the portal: the mother named in the claim sees no "
        "other child.",
    ),
    fix=Bilingual(
        "Если в Myedu-Act есть act.student_id и он не тот, о ком запрос, отвечайте 400 bad-act.",
        "If Myedu-Act has an act.student_id other than the student requested, answer 400 bad-act.",
    ),
    example='GET /v1/students/42/marks, Myedu-Act about 43\n400 {"code": "bad-act"}',
    exceptions=Bilingual(
        "Система, которая заявлений не читает вовсе, просит исключение и пишет об этом.",
        "A system that doesn't read claims at all asks for an exemption and says so.",
    ),
    check=check,
)
