"""Bodies are well-formed JSON."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.decode import JSON
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.methods._faults import no_fault_of


async def check(case: Case) -> None:
    await no_fault_of(case, JSON)


RULE = Rule(
    id=JSON,
    title=Bilingual(
        "Тело — правильный JSON",
        "The body is well-formed JSON",
    ),
    reason=Bilingual(
        "Одна лишняя запятая или предупреждение PHP перед скобкой — и ответа нет.",
        "One extra comma, or a warning printed before the brace, and there is no answer.",
    ),
    fix=Bilingual(
        "Собирайте ответ библиотекой JSON, а не склейкой строк; не печатайте в ответ ничего другого.",
        "Build the answer with a JSON library, not by joining strings; print nothing else into it.",
    ),
    example='GET /v1/students/42/marks\n200 {"student_id": "42", "marks": [], …}',
    check=check,
)
