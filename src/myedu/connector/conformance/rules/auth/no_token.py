"""Requests without a token."""

from myedu.connector.conformance.case import Case, get_methods, query_of
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.rule import Both, Rule


async def check(case: Case) -> None:
    window = query_of(await case.window())
    for one in get_methods():
        if not case.serves(one) or one.profile or "{export_id}" in one.path:
            continue
        path = case.path(one.name) if "{" in one.path else one.path
        answer = await case.ask.get(path, window, bearer=None)
        refused(answer, "unauthorized", what=(f"{one.name} без токена", f"{one.name} without a token"))


RULE = Rule(
    id="auth.no-token",
    title=Both("Без токена не отвечает ни один метод", "No method answers without a token"),
    reason=Both(
        "Один забытый метод — и дневник ребёнка читает всякий, кто угадал адрес.",
        "One forgotten method, and a child's diary is read by whoever guesses the address.",
    ),
    mend=Both(
        "Проверяйте токен раньше всего остального, в одном месте для всех методов; без него — 401 "
        "unauthorized.",
        "Check the token before anything else, in one place for all methods; without it answer 401 "
        "unauthorized.",
    ),
    example='GET /v1/students/42/marks, no Authorization\n401 {"code": "unauthorized"}',
    check=check,
)
