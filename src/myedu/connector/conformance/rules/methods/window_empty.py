"""Days long before any lesson get 200 with the contract's structure."""

from myedu.connector.conformance.case import DAY_ANSWERS, Case, query_of
from myedu.connector.conformance.expect import status
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.contract.windows import Window, parse_day

_LONG_AGO = Window(first=parse_day("2000-07-01", "from"), last=parse_day("2000-07-02", "to"))


async def check(case: Case) -> None:
    for kind, name in DAY_ANSWERS.items():
        if name not in case.day_methods:
            continue
        answer = await case.http.get(case.path(name), query_of(_LONG_AGO))
        status(answer, 200, what=(f"{name}, июль 2000 года", f"{name}, July of 2000"))
        case.decode_served(answer, kind)


RULE = Rule(
    id="methods.window-empty",
    title=Bilingual(
        "Дни без уроков — пустой список",
        "Days without lessons give an empty list",
    ),
    reason=Bilingual(
        "Каникулы — не ошибка: на 404 портал скажет семье, что ребёнка в журнале нет.",
        "Holidays are not an error: at a 404 the portal says that the journal doesn't know the child.",
    ),
    fix=Bilingual(
        "Если ученик известен, а на эти дни ничего нет, отвечайте 200 с пустым списком.",
        "If the student is known but there is nothing in these days, answer 200 with an empty list.",
    ),
    example='GET /v1/students/42/schedule?from=2026-07-01&to=2026-07-07\n200 {"lessons": [], …}',
    check=check,
)
