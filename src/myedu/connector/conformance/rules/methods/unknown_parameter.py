"""An unknown query parameter is ignored."""

from myedu.connector.conformance.case import Case, query_of
from myedu.connector.conformance.expect import status
from myedu.connector.conformance.rule import Bilingual, Rule


async def check(case: Case) -> None:
    query = query_of(await case.window()) | {"conformance": "1"}
    for name in case.day_methods:
        answer = await case.http.get(case.path(name), query)
        status(answer, 200, what=(f"{name}, лишний параметр", f"{name}, an extra parameter"))


RULE = Rule(
    id="methods.unknown-parameter",
    title=Bilingual(
        "Незнакомый параметр пропускается",
        "An unknown parameter is ignored",
    ),
    reason=Bilingual(
        "Версия 1 меняется только добавлением: новый параметр портала не должен отключать старый журнал.",
        "Version 1 changes only by additions: a new parameter of the portal must not disable an old journal.",
    ),
    fix=Bilingual(
        "Читайте параметры, которые знаете, и не обращайте внимания на остальные.",
        "Read the parameters you know and ignore the others.",
    ),
    example="GET /v1/students/42/schedule?from=…&to=…&new=1\n200",
    check=check,
)
