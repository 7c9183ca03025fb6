"""Parameters of a later version."""

from myedu.connector.conformance.case import Case, query_of
from myedu.connector.conformance.expect import status
from myedu.connector.conformance.rule import Both, Rule


async def check(case: Case) -> None:
    query = query_of(await case.window()) | {"conformance": "1"}
    for name in case.day_methods:
        answer = await case.ask.get(case.path(name), query)
        status(answer, 200, what=(f"{name}, лишний параметр", f"{name}, one more parameter"))


RULE = Rule(
    id="methods.unknown-parameter",
    title=Both("Незнакомый параметр пропускается", "An unknown parameter is passed over"),
    reason=Both(
        "Версия 1 меняется только добавлением: новый параметр портала не должен отключать старый журнал.",
        "Version 1 changes by adding only: a new parameter of the portal mustn't switch an old journal off.",
    ),
    mend=Both(
        "Читайте параметры, которые знаете, и не обращайте внимания на остальные.",
        "Read the parameters that you know and ignore the rest.",
    ),
    example="GET /v1/students/42/schedule?from=…&to=…&new=1\n200",
    check=check,
)
