"""A long answer is compressed by gzip on request."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule, Skipped

_WORTH = 4096  # bytes: below that, compressing costs more than it saves


async def check(case: Case) -> None:
    long = [name for name in case.day_methods if len((await case.get_days(name)).body) >= _WORTH]
    if not long:
        raise Skipped("нет ответа длиннее 4 КиБ", "no answer is longer than 4 KiB")
    answer = await case.get_days(long[0], headers={"Accept-Encoding": "gzip"})
    require(
        answer.headers.get("Content-Encoding", "").lower() == "gzip",
        f"{long[0]}: с Accept-Encoding: gzip ответ не упакован",
        f"{long[0]}: with Accept-Encoding: gzip the answer isn't compressed",
        answer,
    )


RULE = Rule(
    id="methods.compression",
    title=Bilingual(
        "Длинный ответ упаковывается по просьбе",
        "A long answer is compressed on request",
    ),
    reason=Bilingual(
        "Неделя ужимается раз в десять: из школы на спутниковом канале она приходит сразу.",
        "A week becomes ten times smaller and opens at once even over a school's satellite link.",
    ),
    fix=Bilingual(
        "Включите gzip для application/json (nginx: gzip on; gzip_types application/json).",
        "Enable gzip for application/json (nginx: gzip on; gzip_types application/json).",
    ),
    example="GET /v1/students/42/diary, Accept-Encoding: gzip\n200 Content-Encoding: gzip",
    severity="warning",
    check=check,
)
