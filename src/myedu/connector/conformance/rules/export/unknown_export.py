"""Packages that aren't there."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.rule import Both, Nothing, Rule

_NOBODY = "00000000-0000-4000-8000-000000000000"


async def check(case: Case) -> None:
    package = await case.package()
    if not package.manifest.tables:
        raise Nothing("файлов нет", "there are no files", package.answer)
    answer = await case.ask.get(f"/v1/exports/{_NOBODY}/{package.manifest.tables[0].file}")
    refused(answer, "not-found", what=("выгрузка, которой нет", "an export that isn't there"))


RULE = Rule(
    id="export.unknown-export",
    title=Both(
        "На выгрузку, которой нет, — 404",
        "An export that isn't there gets 404",
    ),
    reason=Both(
        "Файл другой выгрузки под этим кодом не сойдётся с суммами, и ночь пропадёт.",
        "A file of another export under this id doesn't agree with the sums, and the night is lost.",
    ),
    mend=Both(
        "Ищите файл в папке именно этой выгрузки.",
        "Look for the file in the folder of just this export.",
    ),
    example="GET /v1/exports/00000000-…/persons.csv.gz\n404",
    needs="exports",
    check=check,
)
