"""An act claim signed by an unknown key is refused with bad-act."""

from asyncio import to_thread

from myedu.connector.conformance.case import Case, query_of
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.keys import act_claims
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.contract.act import ACT_HEADER


async def check(case: Case) -> None:
    http = case.http
    stranger = await to_thread(http.signer.stranger)
    act = stranger.sign(act_claims(http.client_id, http.base_url, case.clock.now(), case.student))
    answer = await http.get(case.path("marks"), query_of(await case.window()), headers={ACT_HEADER: act})
    refused(answer, "bad-act", what=("заявление с чужой подписью", "a claim signed by an unknown key"))


RULE = Rule(
    id="auth.act-forged",
    title=Bilingual("Поддельное заявление отвергается", "A forged claim is refused"),
    reason=Bilingual(
        "Журнал, куда попадают неподписанные слова, не докажет, кто смотрел дневник.",
        "A log that accepts unsigned claims proves nothing about who looked at a diary.",
    ),
    fix=Bilingual(
        "Проверяйте подпись Myedu-Act тем же ключом клиента; не сходится — 400 bad-act.",
        "Verify Myedu-Act with the key of the same client; if the signature is wrong, answer 400 bad-act.",
    ),
    example='GET /v1/students/42/marks, Myedu-Act signed by another key\n400 {"code": "bad-act"}',
    severity="warning",
    check=check,
)
