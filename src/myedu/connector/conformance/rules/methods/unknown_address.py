"""Addresses that the contract doesn't have."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.rule import Both, Rule


async def check(case: Case) -> None:
    for path in ("/v1/conformance-nothing", "/v9/capabilities", f"{case.path('schedule')}/"):
        answer = await case.ask.get(path)
        refused(answer, "not-found", what=("чужой адрес", "an unknown address"))


RULE = Rule(
    id="methods.unknown-address",
    title=Both("Незнакомый адрес — 404", "An unknown address is a 404"),
    reason=Both(
        "Перенаправление или страница входа с кодом 200 читаются порталом как ответ журнала.",
        "A redirect, or a page to sign in with a 200, is read by the portal as the journal's answer.",
    ),
    mend=Both(
        "На адреса вне контракта отвечайте 404 not-found, без перенаправлений.",
        "Answer addresses outside the contract with 404 not-found and no redirect.",
    ),
    example='GET /v1/nothing\n404 {"code": "not-found"}',
    severity="warning",
    check=check,
)
