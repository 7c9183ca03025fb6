"""Ids with percent-encoded reserved characters reach the system."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.rule import Bilingual, Rule

_AWKWARD = ("conformance/nobody", "conformance?nobody", "conformance%2Fnobody", "conformance#nobody")


async def check(case: Case) -> None:
    for text in _AWKWARD:
        answer = await case.get_days("schedule", student_id=text)
        refused(answer, "not-found", what=(f"id {text!r}", f"the id {text!r}"))


RULE = Rule(
    id="methods.id-in-path",
    title=Bilingual("Косая черта в id доходит до системы", "A slash in an id reaches the system"),
    reason=Bilingual(
        "id бывают любыми; если %2F по дороге становится чертой, дневник такого ученика не открыть.",
        "Ids are arbitrary; if %2F becomes a slash on the way, that student's diary can't be opened.",
    ),
    fix=Bilingual(
        "Разбирайте путь до раскодирования; в nginx пишите proxy_pass без пути, в Tomcat — "
        "encodedSolidusHandling=passthrough.",
        "Split the path before decoding it; in nginx write proxy_pass without a path, in Tomcat "
        "encodedSolidusHandling=passthrough.",
    ),
    exceptions=Bilingual(
        "Если в ваших id только буквы, цифры и дефис и так будет всегда, попросите исключение.",
        "If your ids have only letters, digits and hyphens and always will, ask for an exemption.",
    ),
    example='GET /v1/students/a%2Fb/schedule\n404 {"code": "not-found"}',
    severity="warning",
    check=check,
)
