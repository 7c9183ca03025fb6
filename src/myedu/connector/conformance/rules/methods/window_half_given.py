"""Only one end of a window."""

from myedu.connector.conformance.case import Case, query_of
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.rule import Both, Rule


async def check(case: Case) -> None:
    window = query_of(await case.window())
    for name in case.day_methods:
        for end in ("from", "to"):
            answer = await case.ask.get(case.path(name), {end: window[end]})
            refused(answer, "half-window", what=(f"{name}, только {end}", f"{name}, {end} only"))


RULE = Rule(
    id="methods.window-half-given",
    title=Both("Окно с одним концом отвергается", "A window with one end is refused"),
    reason=Both(
        "Если второй конец додумать, семья увидит не те дни, о которых спросила, и не узнает об этом.",
        "Where the other end is guessed, a family sees other days than it asked for and is not told.",
    ),
    mend=Both(
        "Если дан только from или только to, отвечайте 400 с кодом half-window.",
        "Answer 400 with the code half-window where only from or only to is given.",
    ),
    example='GET /v1/students/42/schedule?from=2026-09-01\n400 {"code": "half-window", "field": "to"}',
    check=check,
)
