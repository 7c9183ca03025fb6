"""Files of an unknown export id get 404."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.rule import Bilingual, Rule, Skipped

_UNKNOWN_EXPORT = "00000000-0000-4000-8000-000000000000"


async def check(case: Case) -> None:
    package = await case.package()
    if not package.manifest.tables:
        raise Skipped("файлов нет", "there are no files", package.answer)
    answer = await case.http.get(f"/v1/exports/{_UNKNOWN_EXPORT}/{package.manifest.tables[0].file}")
    refused(answer, "not-found", what=("выгрузка, которой нет", "an unknown export"))


RULE = Rule(
    id="export.unknown-export",
    title=Bilingual(
        "На выгрузку, которой нет, — 404",
        "An unknown export gets 404",
    ),
    reason=Bilingual(
        "Файл другой выгрузки под этим кодом не сойдётся с суммами, и ночь пропадёт.",
        "A file of another export under this id doesn't match the hashes, and the night is lost.",
    ),
    fix=Bilingual(
        "Ищите файл в папке именно этой выгрузки.",
        "Look for the file only in the folder of that export.",
    ),
    example="GET /v1/exports/00000000-…/persons.csv.gz\n404",
    needs="exports",
    check=check,
)
