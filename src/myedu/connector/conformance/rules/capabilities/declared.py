"""No declared GET method answers 405 or 501."""

from myedu.connector.conformance.case import Case, get_methods
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule

_UNKNOWN = "conformance-nobody"


async def check(case: Case) -> None:
    for method in get_methods():
        if not case.serves(method) or "{export_id}" in method.path:
            continue
        answer = await case.http.get(case.path(method.name, _UNKNOWN) if "{" in method.path else method.path)
        require(
            answer.status not in (405, 501),
            f"{method.name} объявлен, а отвечает {answer.status}",
            f"{method.name} is declared but answers {answer.status}",
            answer,
        )


RULE = Rule(
    id="capabilities.declared",
    title=Bilingual(
        "Объявленное работает",
        "What is declared works",
    ),
    reason=Bilingual(
        "По описанию портал строит страницы: объявленный и не отвечающий метод — пустое место в дневнике.",
        "The portal builds its pages from the description: a declared method that fails leaves a gap in the "
        "diary.",
    ),
    fix=Bilingual(
        "Уберите из capabilities то, чего ещё нет, или сделайте метод.",
        "Remove from capabilities what does not exist yet, or implement the method.",
    ),
    example='GET /v1/teachers/t-1/schedule, "teachers" is declared\n200 {"lessons": […]}',
    check=check,
)
