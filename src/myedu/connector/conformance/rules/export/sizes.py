"""Files have as many bytes as the manifest says."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule


async def check(case: Case) -> None:
    package = await case.package()
    wrong = []
    for entry in package.manifest.tables:
        fetched = await package.fetch(entry)
        if fetched.bytes != entry.bytes:
            wrong.append(f"{entry.file} ({fetched.bytes} ≠ {entry.bytes})")
    none_at(wrong, "размер не сходится", "the size differs from the manifest", package.answer)


RULE = Rule(
    id="export.sizes",
    title=Bilingual(
        "Размер файлов сходится с манифестом",
        "File sizes agree with the manifest",
    ),
    reason=Bilingual(
        "По размеру портал докачивает прерванный файл и не читает дальше обещанного.",
        "The size lets the portal resume an interrupted download and stop reading where it should.",
    ),
    fix=Bilingual(
        "В bytes — размер файла на диске, со сжатием.",
        "bytes is the size of the file on disk, compressed.",
    ),
    example='{"file": "persons.csv.gz", "bytes": 218}',
    needs="exports",
    check=check,
)
