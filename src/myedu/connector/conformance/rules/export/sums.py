"""The sums of the files."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Both, Rule


async def check(case: Case) -> None:
    package = await case.package()
    wrong = []
    for entry in package.manifest.tables:
        fetched = await package.fetch(entry)
        if fetched.bytes == entry.bytes and fetched.sha256 != entry.sha256:
            wrong.append(entry.file)
    none_at(wrong, "sha256 не сходится", "the sha256 doesn't agree", package.answer)


RULE = Rule(
    id="export.sums",
    title=Both(
        "SHA-256 файлов сходится с манифестом",
        "The files' SHA-256 agrees with the manifest",
    ),
    reason=Both(
        "По сумме портал отличает целый файл от испорченного в пути.",
        "By the sum the portal tells a whole file from one that was spoilt on its way.",
    ),
    mend=Both(
        "Считайте sha256 того файла, который отдаёте: со сжатием, после записи.",
        "Take the sha256 of the file that is served: packed, and after it was written.",
    ),
    example='{"file": "persons.csv.gz", "sha256": "<64 hex digits>"}',
    needs="exports",
    check=check,
)
