"""Files have the SHA-256 that the manifest says."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule


async def check(case: Case) -> None:
    package = await case.package()
    wrong = []
    for entry in package.manifest.tables:
        fetched = await package.fetch(entry)
        if fetched.bytes == entry.bytes and fetched.sha256 != entry.sha256:
            wrong.append(entry.file)
    none_at(wrong, "sha256 не сходится", "the sha256 differs from the manifest", package.answer)


RULE = Rule(
    id="export.sums",
    title=Bilingual(
        "SHA-256 файлов сходится с манифестом",
        "The SHA-256 of each file agrees with the manifest",
    ),
    reason=Bilingual(
        "По сумме портал отличает целый файл от испорченного в пути.",
        "By the hash the portal distinguishes an intact file from a file damaged in transit.",
    ),
    fix=Bilingual(
        "Считайте sha256 того файла, который отдаёте: со сжатием, после записи.",
        "Compute sha256 of the file as it is served: compressed, and after it is written completely.",
    ),
    example='{"file": "persons.csv.gz", "sha256": "<64 hex digits>"}',
    needs="exports",
    check=check,
)
