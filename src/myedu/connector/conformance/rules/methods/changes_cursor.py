"""The cursor of changes."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import that
from myedu.connector.conformance.rule import Both, Rule
from myedu.contract.answers import Changes


async def check(case: Case) -> None:
    first = await case.ask.get("/v1/changes", again=True)
    begun = case.served(first, Changes)
    that(
        not begun.changes,
        "без since отданы старые изменения, а спрошено «с этого мига»",
        "without since old changes are given, and it means: from now on",
        first,
    )
    second = await case.ask.get("/v1/changes", {"since": begun.cursor}, again=True)
    case.served(second, Changes)


RULE = Rule(
    id="methods.changes-cursor",
    title=Both("Изменения идут от курсора", "Changes go on from a cursor"),
    reason=Both(
        "По изменениям портал освежает копии заранее; без курсора он либо пропускает оценки, либо "
        "спрашивает всех.",
        "By changes the portal renews its copies ahead; without a cursor it misses marks or asks for all.",
    ),
    mend=Both(
        "Без since отдайте курсор этого мига и пустой список; с since — то, что изменилось после.",
        "Without since give the cursor of this moment and an empty list; with since what changed after it.",
    ),
    example='GET /v1/changes\n200 {"cursor": "4711", "changes": []}\nGET /v1/changes?since=4711\n200 {…}',
    needs="changes",
    check=check,
)
