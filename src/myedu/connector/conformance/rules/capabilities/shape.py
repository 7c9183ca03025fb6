"""The description can be read."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import status
from myedu.connector.conformance.reading import fault_of
from myedu.connector.conformance.rule import Both, Broken, Rule
from myedu.contract.answers import Capabilities


async def check(case: Case) -> None:
    status(case.described, 200)
    fault = fault_of(case.described, Capabilities)
    if fault is not None:
        raise Broken(fault.words.ru, fault.words.en, case.described)


RULE = Rule(
    id="capabilities.shape",
    title=Both("Система описывает себя", "The system describes itself"),
    reason=Both(
        "Портал спрашивает только то, что объявлено: без описания он не знает, что показать семье.",
        "The portal asks only for what is declared: without a description it doesn't know what to show.",
    ),
    mend=Both(
        "Отвечайте на GET /v1/capabilities структурой Capabilities: system, contract, capabilities, "
        "profiles, limits, server_time.",
        "Answer GET /v1/capabilities with the struct Capabilities: system, contract, capabilities, "
        "profiles, limits, server_time.",
    ),
    example='GET /v1/capabilities\n200 {"system": {"vendor": "…", "product": "…", "version": "5.12"}, '
    '"contract": "1.0", "capabilities": ["diary"], "server_time": "2026-09-01T09:00:30+10:00"}',
    check=check,
)
