"""A body that isn't what the method takes."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.rule import Both, Rule

_BAD = (b"{", b'{"url": 5}', b'{"url": "javascript:alert(1)"}', b"\xff\xfe")


async def check(case: Case) -> None:
    path = case.path("put-meeting", "conformance-nothing")
    for body in _BAD:
        answer = await case.ask.send("PUT", path, headers={"Content-Type": "application/json"}, body=body)
        refused(answer, "bad-request", "not-found", what=("тело не по контракту", "a body of another shape"))


RULE = Rule(
    id="methods.meeting-bad-body",
    title=Both("Негодное тело отвергается", "A body of another shape is refused"),
    reason=Both(
        "Непроверенная ссылка на встречу попадёт на страницу ребёнка.",
        "A link of a meeting that nobody checked ends on a child's page.",
    ),
    mend=Both(
        "Разбирайте тело по контракту; url — только http и https; иначе 400 bad-request.",
        "Read the body by the contract; url is http or https only; else answer 400 bad-request.",
    ),
    example='PUT /v1/lessons/l-1/meeting {"url": "javascript:…"}\n400 {"code": "bad-request"}',
    needs="meetings",
    check=check,
)
