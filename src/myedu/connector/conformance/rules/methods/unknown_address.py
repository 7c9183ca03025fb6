"""Addresses outside the contract get 404."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.rule import Bilingual, Rule


async def check(case: Case) -> None:
    for path in ("/v1/conformance-nothing", "/v9/capabilities", f"{case.path('schedule')}/"):
        answer = await case.http.get(path)
        refused(answer, "not-found", what=("чужой адрес", "an unknown address"))


RULE = Rule(
    id="methods.unknown-address",
    title=Bilingual(
        "Незнакомый адрес — 404",
        "An unknown address gets 404",
    ),
    reason=Bilingual(
        "Перенаправление или страница входа с кодом 200 читаются порталом как ответ журнала.",
        "The portal would take a redirect, or a sign-in page with a 200, for the journal's answer.",
    ),
    fix=Bilingual(
        "На адреса вне контракта отвечайте 404 not-found, без перенаправлений.",
        "Answer 404 not-found without a redirect to addresses outside the contract.",
    ),
    example='GET /v1/nothing\n404 {"code": "not-found"}',
    severity="warning",
    check=check,
)
