"""SNILS have 11 digits and correct check digits."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.export._tables import wrong_cells
from myedu.contract.snils import normalise_snils


async def check(case: Case) -> None:
    wrong = await wrong_cells(case, [("persons", "snils")], lambda cell: normalise_snils(cell) is None)
    none_at(
        wrong,
        "СНИЛС не из 11 цифр с верным контрольным числом",
        "not a SNILS of 11 digits with correct check digits",
    )


RULE = Rule(
    id="export.snils",
    title=Bilingual(
        "СНИЛС верны",
        "SNILS are valid",
    ),
    reason=Bilingual(
        "По СНИЛС находят человека, вошедшего через ЕСИА; с опечаткой родитель не увидит ребёнка.",
        "SNILS identifies a person who signs in through ESIA; with a typo a parent doesn't see the child.",
    ),
    fix=Bilingual(
        "Проверяйте контрольное число при вводе; неверный СНИЛС не выгружайте.",
        "Verify the check digits on input; omit an invalid SNILS.",
    ),
    example="snils=91000000137",
    needs="exports",
    check=check,
)
