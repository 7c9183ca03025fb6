"""Errors of Schedule are an OperationOutcome with severity and code."""

import msgspec

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.contract.fgis import OperationOutcome

_SEVERITIES = {"fatal", "error", "warning", "information"}


async def check(case: Case) -> None:
    path = case.path("federal-schedule", "conformance-nobody")
    for answer in (await case.http.get(path), await case.http.get(path, bearer=None)):
        if answer.status < 400:
            continue
        try:
            outcome = msgspec.json.decode(answer.body, type=OperationOutcome)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            require(
                False,
                f"ошибка {answer.status} — не OperationOutcome: {error}",
                f"the error {answer.status} is not an OperationOutcome: {error}",
                answer,
            )
            return
        require(
            outcome.issue and all(issue.severity in _SEVERITIES and issue.code for issue in outcome.issue),
            "в OperationOutcome нет issue с severity и code",
            "the OperationOutcome has no issue with severity and code",
            answer,
        )


RULE = Rule(
    id="federal.outcome",
    title=Bilingual(
        "Ошибки Schedule — OperationOutcome",
        "Errors of Schedule are an OperationOutcome",
    ),
    reason=Bilingual(
        "Федеральные системы понимают только эту форму: по code они решают, повторять ли запрос.",
        "Federal systems understand only this format: they decide by its code whether to retry.",
    ),
    fix=Bilingual(
        "На любую ошибку Schedule, и на 401, отвечайте OperationOutcome с issue: severity, code, details.",
        "Answer every error of Schedule, including a 401, with an OperationOutcome whose issue has "
        "severity, code, details.",
    ),
    example='GET /Schedule/nobody\n404 {"resourceType": "OperationOutcome", '
    '"issue": [{"severity": "error", "code": "not-found", …}]}',
    needs="fgis-2021",
    check=check,
)
