"""Answers to Accept-Encoding: identity are not compressed."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.decode import PLAIN
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.methods._faults import no_fault_of


async def check(case: Case) -> None:
    await no_fault_of(case, PLAIN)


RULE = Rule(
    id=PLAIN,
    title=Bilingual(
        "Без просьбы ответ не упакован",
        "An answer is not compressed without being asked",
    ),
    reason=Bilingual(
        "Тот, кто не просил gzip, прочесть его не сможет; страница останется без дневника.",
        "A client that didn't ask for gzip can't read it; the page stays without a diary.",
    ),
    fix=Bilingual(
        "Сжимайте, только если Accept-Encoding это позволяет; при identity отдавайте как есть.",
        "Compress only if Accept-Encoding allows it; send the answer as it is for identity.",
    ),
    example="GET /v1/students/42/marks, Accept-Encoding: identity\n200 without Content-Encoding",
    check=check,
)
