"""Answers have the from and to of the request."""

from myedu.connector.conformance.case import DAY_ANSWERS, Case
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.contract.answers import StudentAnswer


async def check(case: Case) -> None:
    window = await case.window()
    for kind, name in DAY_ANSWERS.items():
        if name not in case.day_methods:
            continue
        decoded = await case.read_days(kind)
        value: StudentAnswer = decoded.value
        require(
            (value.first_day, value.last_day) == (window.first, window.last),
            f"{name}: в ответе {value.first_day} — {value.last_day}, а спрошено {window.first} — "
            f"{window.last}",
            f"{name}: {value.first_day} to {value.last_day} answered, not {window.first} to {window.last}",
            decoded.answer,
        )


RULE = Rule(
    id="methods.window-repeated",
    title=Bilingual(
        "Ответ повторяет окно вопроса",
        "An answer repeats the requested window",
    ),
    reason=Bilingual(
        "По from и to портал узнаёт, что ответ — о спрошенной неделе, и только тогда показывает его.",
        "from and to show the portal that the answer is about the requested week; only then is it shown.",
    ),
    fix=Bilingual(
        "Верните from и to такими, какими они пришли.",
        "Return from and to exactly as they were sent.",
    ),
    example='GET /v1/students/42/marks?from=2026-09-01&to=2026-09-07\n200 {"from": "2026-09-01", …}',
    check=check,
)
