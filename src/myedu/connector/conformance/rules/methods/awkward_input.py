"""Malformed paths and queries get a 4xx."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule

_PATHS = (
    "/v1/students/%00/schedule",
    "/v1/students/%FF%FE/schedule",
    "/v1/students/..%2f..%2fetc/schedule",
    "/v1/students/'%20OR%20'1'='1/schedule",
    "/v1/students/%22%3E%3Cscript%3E/marks",
    "/v1/students//schedule",
    "/v1/%F0%9F%8E%92",
)
_QUERIES = ("from=%00&to=%00", "from=2026-09-01'--&to=2026-09-02", f"from={'9' * 2000}&to=1")


async def check(case: Case) -> None:
    requests = [(path, "") for path in _PATHS] + [(case.path("schedule"), query) for query in _QUERIES]
    for path, query in requests:
        answer = await case.http.get(path, query)
        require(
            answer.status < 500 and answer.status != 200,
            f"на нелепый запрос ответ {answer.status}, а нужен отказ 4xx",
            f"a malformed request is answered {answer.status}, expected a 4xx",
            answer,
        )


RULE = Rule(
    id="methods.awkward-input",
    title=Bilingual(
        "Нелепый запрос — отказ, а не сбой",
        "A malformed request is refused and breaks nothing",
    ),
    reason=Bilingual(
        "500 на чужой ввод выдаёт место, где систему можно сломать, и будит дежурных ночью.",
        "A 500 on someone's input shows where the system can be broken, and wakes people at night.",
    ),
    fix=Bilingual(
        "Проверяйте путь и параметры до запроса к базе; что не разобралось — 400 или 404.",
        "Validate the path and the parameters before querying the database; answer what can't be parsed "
        "with 400 or 404.",
    ),
    example="GET /v1/students/%00/schedule\n400 or 404, never 500",
    check=check,
)
