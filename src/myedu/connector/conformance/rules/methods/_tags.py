"""What the rules about ETags share."""

from collections.abc import AsyncIterator

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.http import Answer
from myedu.connector.conformance.rule import Blocked


async def tagged_answers(case: Case) -> AsyncIterator[tuple[str, Answer, str]]:
    """(method, answer, ETag) of each served method about days. Raises Blocked if one has no ETag."""
    for name in case.day_methods:
        answer = await case.get_days(name)
        if answer.status != 200:
            raise Blocked("methods.served", f"{name}: {answer.status}", f"{name}: {answer.status}", answer)
        tag = answer.headers.get("ETag")
        if not tag:
            raise Blocked("methods.etag", f"{name}: нет ETag", f"{name}: no ETag", answer)
        yield name, answer, tag
