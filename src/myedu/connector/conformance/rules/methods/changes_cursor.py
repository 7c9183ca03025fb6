"""Changes without since are empty and give a cursor that is accepted."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.contract.answers import Changes


async def check(case: Case) -> None:
    first = await case.http.get("/v1/changes", again=True)
    begun = case.decode_served(first, Changes)
    require(
        not begun.changes,
        "без since отданы старые изменения, а спрошено «с этого мига»",
        "without since, old changes are returned; it means from now on",
        first,
    )
    second = await case.http.get("/v1/changes", {"since": begun.cursor}, again=True)
    case.decode_served(second, Changes)


RULE = Rule(
    id="methods.changes-cursor",
    title=Bilingual(
        "Изменения идут от курсора",
        "Changes continue from the cursor",
    ),
    reason=Bilingual(
        "По изменениям портал освежает копии заранее; без курсора он либо пропускает оценки, либо "
        "спрашивает всех.",
        "The portal uses changes to refresh its copies ahead of time; without a cursor it misses marks or "
        "requests everything.",
    ),
    fix=Bilingual(
        "Без since отдайте курсор этого мига и пустой список; с since — то, что изменилось после.",
        "Without since, return the current cursor and an empty list; with since, whatever changed after it.",
    ),
    example='GET /v1/changes\n200 {"cursor": "4711", "changes": []}\nGET /v1/changes?since=4711\n200 {…}',
    needs="changes",
    check=check,
)
