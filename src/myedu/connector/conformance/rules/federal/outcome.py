"""Errors of the federal method."""

import msgspec

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import that
from myedu.connector.conformance.rule import Both, Rule
from myedu.contract.fgis import OperationOutcome

_SEVERITIES = {"fatal", "error", "warning", "information"}


async def check(case: Case) -> None:
    path = case.path("federal-schedule", "conformance-nobody")
    for answer in (await case.ask.get(path), await case.ask.get(path, bearer=None)):
        if answer.status < 400:
            continue
        try:
            outcome = msgspec.json.decode(answer.body, type=OperationOutcome)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            that(
                False,
                f"ошибка {answer.status} — не OperationOutcome: {error}",
                f"the error {answer.status} is no OperationOutcome: {error}",
                answer,
            )
            return
        that(
            outcome.issue and all(one.severity in _SEVERITIES and one.code for one in outcome.issue),
            "в OperationOutcome нет issue с severity и code",
            "the OperationOutcome has no issue with severity and code",
            answer,
        )


RULE = Rule(
    id="federal.outcome",
    title=Both("Ошибки Schedule — OperationOutcome", "Errors of Schedule are OperationOutcome"),
    reason=Both(
        "Федеральные системы понимают только эту форму: по code они решают, повторять ли запрос.",
        "Federal systems understand this shape only: by its code they decide whether to ask again.",
    ),
    mend=Both(
        "На любую ошибку Schedule, и на 401, отвечайте OperationOutcome с issue: severity, code, details.",
        "Answer any error of Schedule, a 401 too, with an OperationOutcome of issue: severity, code, "
        "details.",
    ),
    example='GET /Schedule/nobody\n404 {"resourceType": "OperationOutcome", '
    '"issue": [{"severity": "error", "code": "not-found", …}]}',
    needs="fgis-2021",
    check=check,
)
