"""The shape of errors."""

import msgspec

from myedu.connector.conformance.ask import Answer
from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import that
from myedu.connector.conformance.rule import Both, Rule
from myedu.contract.problems import PROBLEM_MEDIA_TYPE, PROBLEMS, Problem


async def check(case: Case) -> None:
    path = case.path("schedule")
    for answer in (
        await case.ask.get(path, {"from": "2026-09-01"}),
        await case.ask.get(case.path("schedule", "conformance-nobody")),
        await case.ask.get(path, bearer=None),
    ):
        if answer.status >= 400:
            _is_problem(answer)


def _is_problem(answer: Answer) -> None:
    said = f"{answer.status} {answer.media_type or '—'}"
    that(
        answer.media_type == PROBLEM_MEDIA_TYPE,
        f"ошибка названа {said}, а нужен {PROBLEM_MEDIA_TYPE}",
        f"an error is {said}, expected {PROBLEM_MEDIA_TYPE}",
        answer,
    )
    try:
        fault = msgspec.json.decode(answer.body, type=Problem)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        that(False, f"тело ошибки не по RFC 9457: {error}", f"no problem of RFC 9457: {error}", answer)
        return
    that(
        fault.status == answer.status,
        f"status в теле — {fault.status}, а ответ {answer.status}",
        f"status in the body is {fault.status}, the answer is {answer.status}",
        answer,
    )
    that(
        fault.code in PROBLEMS,
        f"code {fault.code!r} контракту не известен",
        f"the contract knows no code {fault.code!r}",
        answer,
    )


RULE = Rule(
    id="methods.problem-json",
    title=Both("Ошибки — application/problem+json", "Errors are application/problem+json"),
    reason=Both(
        "По коду ошибки портал решает, что сказать семье: «такого ученика нет» или «зайдите позже».",
        "By an error's code the portal decides what to tell a family: no such student, or come later.",
    ),
    mend=Both(
        "Отвечайте на ошибки по RFC 9457: type, title, status (тот же, что у ответа) и code из контракта.",
        "Answer errors by RFC 9457: type, title, status (the answer's own) and a code of the contract.",
    ),
    example="GET /v1/students/42/schedule?from=2026-09-01\n"
    '400 application/problem+json {"code": "half-window", "status": 400, "title": "…"}',
    check=check,
)
