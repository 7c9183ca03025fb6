"""A window with only from or only to is refused."""

from myedu.connector.conformance.case import Case, query_of
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.rule import Bilingual, Rule


async def check(case: Case) -> None:
    window = query_of(await case.window())
    for name in case.day_methods:
        for end in ("from", "to"):
            answer = await case.http.get(case.path(name), {end: window[end]})
            refused(answer, "half-window", what=(f"{name}, только {end}", f"{name}, {end} only"))


RULE = Rule(
    id="methods.window-half-given",
    title=Bilingual("Окно с одним концом отвергается", "A window with one end is refused"),
    reason=Bilingual(
        "Если второй конец додумать, семья увидит не те дни, о которых спросила, и не узнает об этом.",
        "If the other end is guessed, the family sees other days than requested and doesn't know it.",
    ),
    fix=Bilingual(
        "Если дан только from или только to, отвечайте 400 с кодом half-window.",
        "Answer 400 half-window if only from or only to is given.",
    ),
    example='GET /v1/students/42/schedule?from=2026-09-01\n400 {"code": "half-window", "field": "to"}',
    check=check,
)
