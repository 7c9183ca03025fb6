"""If-None-Match with the answer's ETag, alone or in a list, gets 304 without a body."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import require, status
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.methods._tags import tagged_answers


async def check(case: Case) -> None:
    async for name, first, tag in tagged_answers(case):
        for sent in (tag, f'"conformance", {tag}'):
            answer = await case.get_days(name, headers={"If-None-Match": sent})
            status(answer, 304, what=(f"{name}, If-None-Match", f"{name}, If-None-Match"))
            require(not answer.body, f"{name}: у 304 есть тело", f"{name}: a 304 has a body", first, answer)


RULE = Rule(
    id="methods.not-modified",
    title=Bilingual(
        "Неизменившееся — 304 без тела",
        "An unchanged answer is a 304 without a body",
    ),
    reason=Bilingual(
        "Большинство открытий дневника застаёт ту же неделю; 304 бережёт и вашу базу, и телефон родителя.",
        "Most visits find the same week; a 304 saves your database and a parent's phone.",
    ),
    fix=Bilingual(
        "Сравните If-None-Match с меткой ответа (слабым сравнением, списком); совпала — 304.",
        "Compare If-None-Match with the answer's ETag (weak comparison, as a list); if it matches, answer "
        "304.",
    ),
    example='GET /v1/students/42/diary, If-None-Match: W/"9c1f0d"\n304',
    check=check,
)
