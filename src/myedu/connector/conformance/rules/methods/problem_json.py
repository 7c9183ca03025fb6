"""Errors are problem+json with the answer's status and a known code."""

import msgspec

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.http import Answer
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.contract.problems import PROBLEM_MEDIA_TYPE, PROBLEMS, Problem


async def check(case: Case) -> None:
    path = case.path("schedule")
    for answer in (
        await case.http.get(path, {"from": "2026-09-01"}),
        await case.http.get(case.path("schedule", "conformance-nobody")),
        await case.http.get(path, bearer=None),
    ):
        if answer.status >= 400:
            _is_problem(answer)


def _is_problem(answer: Answer) -> None:
    summary = f"{answer.status} {answer.media_type or '—'}"
    require(
        answer.media_type == PROBLEM_MEDIA_TYPE,
        f"ошибка названа {summary}, а нужен {PROBLEM_MEDIA_TYPE}",
        f"an error has {summary}, expected {PROBLEM_MEDIA_TYPE}",
        answer,
    )
    try:
        fault = msgspec.json.decode(answer.body, type=Problem)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        require(False, f"тело ошибки не по RFC 9457: {error}", f"not a problem of RFC 9457: {error}", answer)
        return
    require(
        fault.status == answer.status,
        f"status в теле — {fault.status}, а ответ {answer.status}",
        f"status in the body is {fault.status}, the answer is {answer.status}",
        answer,
    )
    require(
        fault.code in PROBLEMS,
        f"code {fault.code!r} контракту не известен",
        f"the contract has no code {fault.code!r}",
        answer,
    )


RULE = Rule(
    id="methods.problem-json",
    title=Bilingual("Ошибки — application/problem+json", "Errors are application/problem+json"),
    reason=Bilingual(
        "По коду ошибки портал решает, что сказать семье: «такого ученика нет» или «зайдите позже».",
        "The error code lets the portal decide what to show the family: no such student, or try again later.",
    ),
    fix=Bilingual(
        "Отвечайте на ошибки по RFC 9457: type, title, status (тот же, что у ответа) и code из контракта.",
        "Answer errors as RFC 9457 says: type, title, status (the same as the answer's) and a code of the "
        "contract.",
    ),
    example="GET /v1/students/42/schedule?from=2026-09-01\n"
    '400 application/problem+json {"code": "half-window", "status": 400, "title": "…"}',
    check=check,
)
