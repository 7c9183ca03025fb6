"""Answers about the longest window are no longer than limits.answer_bytes."""

from datetime import timedelta

from myedu.connector.conformance.case import Case, query_of
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.contract.windows import Window


async def check(case: Case) -> None:
    limits, last = case.capabilities.limits, (await case.window()).last
    window = Window(first=last - timedelta(days=limits.window_days - 1), last=last)
    for name in case.day_methods:
        answer = await case.http.get(case.path(name), query_of(window))
        require(
            len(answer.body) <= limits.answer_bytes,
            f"{name}: в ответе {len(answer.body)} байт, объявлено не больше {limits.answer_bytes}",
            f"{name}: the answer has {len(answer.body)} bytes, {limits.answer_bytes} are declared",
            answer,
        )


RULE = Rule(
    id="methods.answer-size",
    title=Bilingual("Ответ не длиннее объявленного", "An answer is no longer than declared"),
    reason=Bilingual(
        "Ответ длиннее предела портал бросает читать: семья увидит прежнюю копию.",
        "The portal stops reading at the limit: the family sees an old copy.",
    ),
    fix=Bilingual(
        "Уменьшите limits.window_days так, чтобы самое длинное окно помещалось в limits.answer_bytes.",
        "Set limits.window_days so that the longest window fits into limits.answer_bytes.",
    ),
    example="GET /v1/students/42/diary?from=…&to=… (92 days)\n200, at most 4194304 bytes",
    check=check,
)
