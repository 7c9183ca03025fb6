"""Which days an answer is about."""

from myedu.connector.conformance.case import DAY_ANSWERS, Case
from myedu.connector.conformance.expect import that
from myedu.connector.conformance.rule import Both, Rule
from myedu.contract.answers import StudentAnswer


async def check(case: Case) -> None:
    window = await case.window()
    for kind, name in DAY_ANSWERS.items():
        if name not in case.day_methods:
            continue
        read = await case.read(kind)
        value: StudentAnswer = read.value
        that(
            (value.first_day, value.last_day) == (window.first, window.last),
            f"{name}: в ответе {value.first_day} — {value.last_day}, а спрошено {window.first} — "
            f"{window.last}",
            f"{name}: {value.first_day} to {value.last_day} answered, {window.first} to {window.last} asked",
            read.answer,
        )


RULE = Rule(
    id="methods.window-repeated",
    title=Both("Ответ повторяет окно вопроса", "An answer repeats the window asked for"),
    reason=Both(
        "По from и to портал узнаёт, что ответ — о спрошенной неделе, и только тогда показывает его.",
        "By from and to the portal knows that an answer is about the week asked for, and shows it only then.",
    ),
    mend=Both("Верните from и to такими, какими они пришли.", "Give from and to back as they came."),
    example='GET /v1/students/42/marks?from=2026-09-01&to=2026-09-07\n200 {"from": "2026-09-01", …}',
    check=check,
)
