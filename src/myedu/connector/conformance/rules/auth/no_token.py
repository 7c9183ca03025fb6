"""Every served GET method refuses a request without a token."""

from myedu.connector.conformance.case import Case, get_methods, query_of
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.rule import Bilingual, Rule


async def check(case: Case) -> None:
    window = query_of(await case.window())
    for method in get_methods():
        if not case.serves(method) or method.profile or "{export_id}" in method.path:
            continue
        path = case.path(method.name) if "{" in method.path else method.path
        answer = await case.http.get(path, window, bearer=None)
        refused(answer, "unauthorized", what=(f"{method.name} без токена", f"{method.name} without a token"))


RULE = Rule(
    id="auth.no-token",
    title=Bilingual("Без токена не отвечает ни один метод", "No method answers without a token"),
    reason=Bilingual(
        "Один забытый метод — и дневник ребёнка читает всякий, кто угадал адрес.",
        "One forgotten method, and a child's diary can be read by anyone who guesses the address.",
    ),
    fix=Bilingual(
        "Проверяйте токен раньше всего остального, в одном месте для всех методов; без него — 401 "
        "unauthorized.",
        "Check the token before anything else, in one place for all methods; without a token answer 401 "
        "unauthorized.",
    ),
    example='GET /v1/students/42/marks, no Authorization\n401 {"code": "unauthorized"}',
    check=check,
)
