"""What the rules about tags share."""

from collections.abc import AsyncIterator

from myedu.connector.conformance.ask import Answer
from myedu.connector.conformance.case import Case
from myedu.connector.conformance.rule import Blocked


async def tagged_answers(case: Case) -> AsyncIterator[tuple[str, Answer, str]]:
    """(method, answer, tag) of each served method. Raises Blocked where an answer or a tag is missing."""
    for name in case.day_methods:
        answer = await case.ask_days(name)
        if answer.status != 200:
            raise Blocked("methods.served", f"{name}: {answer.status}", f"{name}: {answer.status}", answer)
        tag = answer.headers.get("ETag")
        if not tag:
            raise Blocked("methods.etag", f"{name}: нет ETag", f"{name}: no ETag", answer)
        yield name, answer, tag
