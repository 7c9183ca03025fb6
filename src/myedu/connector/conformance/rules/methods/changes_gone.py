"""A cursor that nobody gave."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.rule import Both, Rule


async def check(case: Case) -> None:
    answer = await case.ask.get("/v1/changes", {"since": "conformance-cursor"})
    refused(answer, "cursor-gone", "bad-parameter", what=("незнакомый курсор", "an unknown cursor"))


RULE = Rule(
    id="methods.changes-gone",
    title=Both("Незнакомый курсор — 410", "An unknown cursor is a 410"),
    reason=Both(
        "Пустой список на забытый курсор говорит «ничего не менялось», и копии стареют молча.",
        "An empty list for a forgotten cursor says that nothing changed, and copies grow old in silence.",
    ),
    mend=Both(
        "Не знаете курсора — отвечайте 410 cursor-gone: портал начнёт сначала.",
        "Where you don't know the cursor answer 410 cursor-gone: the portal begins anew.",
    ),
    example='GET /v1/changes?since=forgotten\n410 {"code": "cursor-gone"}',
    needs="changes",
    check=check,
)
