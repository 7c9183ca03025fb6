"""Every file of the manifest is served."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import status
from myedu.connector.conformance.rule import Bilingual, Rule


async def check(case: Case) -> None:
    package = await case.package()
    for entry in package.manifest.tables:
        answer = await case.http.send("GET", package.path_of(entry), headers={"Range": "bytes=0-0"})
        status(answer, 200, 206, *((416,) if entry.bytes == 0 else ()), what=(entry.file, entry.file))


RULE = Rule(
    id="export.files-served",
    title=Bilingual(
        "Каждый файл манифеста отдаётся",
        "Every file of the manifest is served",
    ),
    reason=Bilingual(
        "Без одного файла пакет не берётся целиком: люди без зачислений никому не видны.",
        "If one file is missing, the whole package is rejected: people without enrolments are visible to no "
        "one.",
    ),
    fix=Bilingual(
        "Отвечайте 200 на GET /v1/exports/{export_id}/{file} для каждого file из манифеста.",
        "Answer 200 to GET /v1/exports/{export_id}/{file} for each file of the manifest.",
    ),
    example="GET /v1/exports/6f1c…/persons.csv.gz\n200",
    needs="exports",
    check=check,
)
