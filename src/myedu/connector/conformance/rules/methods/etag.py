"""Answers about days have a well-formed ETag."""

import re

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule

_TAG = re.compile(r'(W/)?"[\x21\x23-\x7e]*"')


async def check(case: Case) -> None:
    for name in case.day_methods:
        answer = await case.get_days(name)
        header = answer.headers.get("ETag", "")
        require(
            answer.status != 200 or _TAG.fullmatch(header),
            f"{name}: ETag — {header!r}, а нужна метка в кавычках",
            f"{name}: ETag is {header!r}, expected a quoted ETag",
            answer,
        )


RULE = Rule(
    id="methods.etag",
    title=Bilingual("У ответа есть ETag", "An answer has an ETag"),
    reason=Bilingual(
        "По метке портал узнаёт, что неделя не изменилась, и не тянет её снова: быстрее семье, легче вам.",
        "By the ETag the portal knows that a week is unchanged and doesn't transfer it again: faster, and "
        "less load.",
    ),
    fix=Bilingual(
        'Ставьте ETag — сумму тела в кавычках: W/"9c1f…".',
        'Set ETag to a hash of the body in quotes: W/"9c1f…".',
    ),
    example='GET /v1/students/42/diary\n200 ETag: W/"9c1f0d"',
    check=check,
)
