"""/v1/capabilities answers 200 with the contract's structure."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.decode import fault_of
from myedu.connector.conformance.expect import status
from myedu.connector.conformance.rule import Bilingual, Broken, Rule
from myedu.contract.answers import Capabilities


async def check(case: Case) -> None:
    status(case.capabilities_answer, 200)
    fault = fault_of(case.capabilities_answer, Capabilities)
    if fault is not None:
        raise Broken(fault.words.ru, fault.words.en, case.capabilities_answer)


RULE = Rule(
    id="capabilities.shape",
    title=Bilingual("Система описывает себя", "The system describes itself"),
    reason=Bilingual(
        "Портал спрашивает только то, что объявлено: без описания он не знает, что показать семье.",
        "The portal requests only what is declared: without a description it doesn't know what to show.",
    ),
    fix=Bilingual(
        "Отвечайте на GET /v1/capabilities структурой Capabilities: system, contract, capabilities, "
        "profiles, limits, server_time.",
        "Answer GET /v1/capabilities with the structure Capabilities: system, contract, capabilities, "
        "profiles, limits, server_time.",
    ),
    example='GET /v1/capabilities\n200 {"system": {"vendor": "…", "product": "…", "version": "5.12"}, '
    '"contract": "1.0", "capabilities": ["diary"], "server_time": "2026-09-01T09:00:30+10:00"}',
    check=check,
)
