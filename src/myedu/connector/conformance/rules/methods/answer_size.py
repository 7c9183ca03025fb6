"""How long the longest answer is."""

from datetime import timedelta

from myedu.connector.conformance.case import Case, query_of
from myedu.connector.conformance.expect import that
from myedu.connector.conformance.rule import Both, Rule
from myedu.contract.windows import Window


async def check(case: Case) -> None:
    limits, last = case.capabilities.limits, (await case.window()).last
    window = Window(first=last - timedelta(days=limits.window_days - 1), last=last)
    for name in case.day_methods:
        answer = await case.ask.get(case.path(name), query_of(window))
        that(
            len(answer.body) <= limits.answer_bytes,
            f"{name}: в ответе {len(answer.body)} байт, объявлено не больше {limits.answer_bytes}",
            f"{name}: the answer has {len(answer.body)} bytes, {limits.answer_bytes} are declared",
            answer,
        )


RULE = Rule(
    id="methods.answer-size",
    title=Both("Ответ не длиннее объявленного", "An answer is no longer than declared"),
    reason=Both(
        "Ответ длиннее предела портал бросает читать: семья увидит прежнюю копию.",
        "The portal stops reading past the limit: a family would see an old copy.",
    ),
    mend=Both(
        "Уменьшите limits.window_days так, чтобы самое длинное окно помещалось в limits.answer_bytes.",
        "Make limits.window_days so short that the longest window fits into limits.answer_bytes.",
    ),
    example="GET /v1/students/42/diary?from=…&to=… (92 days)\n200, at most 4194304 bytes",
    check=check,
)
