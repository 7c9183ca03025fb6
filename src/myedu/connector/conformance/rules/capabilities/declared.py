"""Methods that are declared."""

from myedu.connector.conformance.case import Case, get_methods
from myedu.connector.conformance.expect import that
from myedu.connector.conformance.rule import Both, Rule

_UNKNOWN = "conformance-nobody"


async def check(case: Case) -> None:
    for one in get_methods():
        if not case.serves(one) or "{export_id}" in one.path:
            continue
        answer = await case.ask.get(case.path(one.name, _UNKNOWN) if "{" in one.path else one.path)
        that(
            answer.status not in (405, 501),
            f"{one.name} объявлен, а отвечает {answer.status}",
            f"{one.name} is declared and answers {answer.status}",
            answer,
        )


RULE = Rule(
    id="capabilities.declared",
    title=Both("Объявленное работает", "What is declared works"),
    reason=Both(
        "По описанию портал строит страницы: объявленный и не отвечающий метод — пустое место в дневнике.",
        "The portal builds its pages by the description: a declared method that is silent is a hole "
        "in a diary.",
    ),
    mend=Both(
        "Уберите из capabilities то, чего ещё нет, или сделайте метод.",
        "Take off capabilities what isn't there yet, or write the method.",
    ),
    example='GET /v1/teachers/t-1/schedule, "teachers" is declared\n200 {"lessons": […]}',
    check=check,
)
