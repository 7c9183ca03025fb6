"""Answers carry a tag."""

import re

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import that
from myedu.connector.conformance.rule import Both, Rule

_TAG = re.compile(r'(W/)?"[\x21\x23-\x7e]*"')


async def check(case: Case) -> None:
    for name in case.day_methods:
        answer = await case.ask_days(name)
        said = answer.headers.get("ETag", "")
        that(
            answer.status != 200 or _TAG.fullmatch(said),
            f"{name}: ETag — {said!r}, а нужна метка в кавычках",
            f"{name}: ETag is {said!r}, expected a quoted tag",
            answer,
        )


RULE = Rule(
    id="methods.etag",
    title=Both("У ответа есть ETag", "An answer has an ETag"),
    reason=Both(
        "По метке портал узнаёт, что неделя не изменилась, и не тянет её снова: быстрее семье, легче вам.",
        "By the tag the portal knows that a week is unchanged and doesn't fetch it: quicker, and less load.",
    ),
    mend=Both(
        'Ставьте ETag — сумму тела в кавычках: W/"9c1f…".',
        'Set ETag to a sum of the body in quotes: W/"9c1f…".',
    ),
    example='GET /v1/students/42/diary\n200 ETag: W/"9c1f0d"',
    check=check,
)
