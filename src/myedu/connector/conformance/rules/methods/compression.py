"""Long answers are packed for who asks."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import that
from myedu.connector.conformance.rule import Both, Nothing, Rule

_WORTH = 4096  # bytes: below, packing costs more than it spares


async def check(case: Case) -> None:
    long = [name for name in case.day_methods if len((await case.ask_days(name)).body) >= _WORTH]
    if not long:
        raise Nothing("нет ответа длиннее 4 КиБ", "no answer is longer than 4 KiB")
    answer = await case.ask_days(long[0], headers={"Accept-Encoding": "gzip"})
    that(
        answer.headers.get("Content-Encoding", "").lower() == "gzip",
        f"{long[0]}: с Accept-Encoding: gzip ответ не упакован",
        f"{long[0]}: with Accept-Encoding: gzip the answer isn't packed",
        answer,
    )


RULE = Rule(
    id="methods.compression",
    title=Both("Длинный ответ упаковывается по просьбе", "A long answer is packed for who asks"),
    reason=Both(
        "Неделя ужимается раз в десять: из школы на спутниковом канале она приходит сразу.",
        "A week gets ten times shorter: from a school on a satellite link it comes at once.",
    ),
    mend=Both(
        "Включите gzip для application/json (nginx: gzip on; gzip_types application/json).",
        "Switch gzip on for application/json (nginx: gzip on; gzip_types application/json).",
    ),
    example="GET /v1/students/42/diary, Accept-Encoding: gzip\n200 Content-Encoding: gzip",
    severity="warning",
    check=check,
)
