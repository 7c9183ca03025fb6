"""Names have no line breaks and no extra spaces."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.data._answers import no_wrong_text


async def check(case: Case) -> None:
    await no_wrong_text(
        case,
        _is_untidy_name,
        "название с лишними пробелами или в несколько строк",
        "a name with extra spaces or line breaks",
    )


def _is_untidy_name(field: str, text: str) -> bool:
    return field.rpartition(".")[2] == "name" and text != " ".join(text.split())


RULE = Rule(
    id="data.names-in-one-line",
    title=Bilingual(
        "Названия — в одну строку, без лишних пробелов",
        "Names are one line without extra spaces",
    ),
    reason=Bilingual(
        "«Алгебра» и «Алгебра » встанут на страницу отметок двумя предметами.",
        "«Алгебра» and «Алгебра » become two subjects on the marks page.",
    ),
    fix=Bilingual(
        "Обрезайте пробелы по краям и сжимайте повторы, когда отдаёте название.",
        "Trim names and collapse repeated spaces when you send them.",
    ),
    example='{"subject": {"id": "alg", "name": "Алгебра"}}',
    severity="warning",
    check=check,
)
