"""put-meeting refuses bodies that break the contract."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.rule import Bilingual, Rule

_BAD = (b"{", b'{"url": 5}', b'{"url": "javascript:alert(1)"}', b"\xff\xfe")


async def check(case: Case) -> None:
    path = case.path("put-meeting", "conformance-nothing")
    for body in _BAD:
        answer = await case.http.send("PUT", path, headers={"Content-Type": "application/json"}, body=body)
        refused(
            answer,
            "bad-request",
            "not-found",
            what=("тело не по контракту", "a body that breaks the contract"),
        )


RULE = Rule(
    id="methods.meeting-bad-body",
    title=Bilingual(
        "Негодное тело отвергается",
        "An invalid body is refused",
    ),
    reason=Bilingual(
        "Непроверенная ссылка на встречу попадёт на страницу ребёнка.",
        "An unchecked meeting link ends up on a child's page.",
    ),
    fix=Bilingual(
        "Разбирайте тело по контракту; url — только http и https; иначе 400 bad-request.",
        "Validate the body against the contract; url is http or https only; otherwise answer 400 "
        "bad-request.",
    ),
    example='PUT /v1/lessons/l-1/meeting {"url": "javascript:…"}\n400 {"code": "bad-request"}',
    needs="meetings",
    check=check,
)
