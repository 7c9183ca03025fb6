"""The numbers of SNILS."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.export._tables import wrong_cells
from myedu.contract.snils import normalise_snils


async def check(case: Case) -> None:
    wrong = await wrong_cells(case, [("persons", "snils")], lambda cell: normalise_snils(cell) is None)
    none_at(
        wrong,
        "СНИЛС не из 11 цифр с верным контрольным числом",
        "no SNILS of 11 digits with a right check number",
    )


RULE = Rule(
    id="export.snils",
    title=Both(
        "СНИЛС верны",
        "SNILS are right",
    ),
    reason=Both(
        "По СНИЛС находят человека, вошедшего через ЕСИА; с опечаткой родитель не увидит ребёнка.",
        "By SNILS the person who signed in through ESIA is found; with a misprint a parent sees no child.",
    ),
    mend=Both(
        "Проверяйте контрольное число при вводе; неверный СНИЛС не выгружайте.",
        "Check the check number when it is typed; leave a wrong SNILS out.",
    ),
    example="snils=91000000137",
    needs="exports",
    check=check,
)
