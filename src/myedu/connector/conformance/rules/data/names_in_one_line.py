"""Names of subjects, people and classes."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.data._answers import texts_of


async def check(case: Case) -> None:
    names = [one for one in await texts_of(case) if one[0].endswith(".name") or one[0] == "name"]
    wrong = [(where, answer) for where, text, answer in names if text != " ".join(text.split())]
    none_at(
        [where for where, _ in wrong],
        "название с лишними пробелами или в несколько строк",
        "a name with stray spaces or in several lines",
        *[one for _, one in wrong[:1]],
    )


RULE = Rule(
    id="data.names-in-one-line",
    title=Both(
        "Названия — в одну строку, без лишних пробелов",
        "Names are one line without stray spaces",
    ),
    reason=Both(
        "«Алгебра» и «Алгебра » встанут на страницу отметок двумя предметами.",
        "«Алгебра» and «Алгебра » become two subjects on the page of marks.",
    ),
    mend=Both(
        "Обрезайте пробелы по краям и сжимайте повторы, когда отдаёте название.",
        "Trim names and squeeze repeated spaces when you give them.",
    ),
    example='{"subject": {"id": "alg", "name": "Алгебра"}}',
    severity="warning",
    check=check,
)
