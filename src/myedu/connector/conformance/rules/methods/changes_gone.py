"""An unknown cursor of changes is refused."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.rule import Bilingual, Rule


async def check(case: Case) -> None:
    answer = await case.http.get("/v1/changes", {"since": "conformance-cursor"})
    refused(answer, "cursor-gone", "bad-parameter", what=("незнакомый курсор", "an unknown cursor"))


RULE = Rule(
    id="methods.changes-gone",
    title=Bilingual(
        "Незнакомый курсор — 410",
        "An unknown cursor gets 410",
    ),
    reason=Bilingual(
        "Пустой список на забытый курсор говорит «ничего не менялось», и копии стареют молча.",
        "An empty list for a forgotten cursor says that nothing changed, and copies silently grow old.",
    ),
    fix=Bilingual(
        "Не знаете курсора — отвечайте 410 cursor-gone: портал начнёт сначала.",
        "If you don't know the cursor, answer 410 cursor-gone: the portal starts over.",
    ),
    example='GET /v1/changes?since=forgotten\n410 {"code": "cursor-gone"}',
    needs="changes",
    check=check,
)
