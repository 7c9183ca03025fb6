"""A window whose to is before its from is refused."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.rule import Bilingual, Rule


async def check(case: Case) -> None:
    window = await case.window()
    query = {"from": window.last.isoformat(), "to": window.first.isoformat()}
    for name in case.day_methods:
        refused(await case.http.get(case.path(name), query), "window-reversed", what=(name, name))


RULE = Rule(
    id="methods.window-reversed",
    title=Bilingual("Окно задом наперёд отвергается", "A reversed window is refused"),
    reason=Bilingual(
        "Пустой ответ читается как «уроков нет»; ошибка в датах должна быть видна как ошибка.",
        "An empty answer reads as «no lessons»; an error in the dates must be visible as an error.",
    ),
    fix=Bilingual(
        "Если to раньше from, отвечайте 400 с кодом window-reversed.",
        "If to is before from, answer 400 window-reversed.",
    ),
    example='GET /v1/students/42/marks?from=2026-09-07&to=2026-09-01\n400 {"code": "window-reversed"}',
    check=check,
)
