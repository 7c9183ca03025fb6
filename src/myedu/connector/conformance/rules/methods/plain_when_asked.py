"""An answer isn't packed unless the caller can unpack it."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.reading import PLAIN
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.methods._faults import no_fault_of


async def check(case: Case) -> None:
    await no_fault_of(case, PLAIN)


RULE = Rule(
    id=PLAIN,
    title=Both("Без просьбы ответ не упакован", "An answer is packed only where it is asked for"),
    reason=Both(
        "Тот, кто не просил gzip, прочесть его не сможет; страница останется без дневника.",
        "Who didn't ask for gzip can't read it; a page stays without a diary.",
    ),
    mend=Both(
        "Сжимайте, только если Accept-Encoding это позволяет; при identity отдавайте как есть.",
        "Pack only where Accept-Encoding allows it; with identity send the answer as it is.",
    ),
    example="GET /v1/students/42/marks, Accept-Encoding: identity\n200 without Content-Encoding",
    check=check,
)
