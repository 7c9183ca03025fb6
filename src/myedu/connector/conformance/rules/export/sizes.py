"""The sizes of the files."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Both, Rule


async def check(case: Case) -> None:
    package = await case.package()
    wrong = []
    for entry in package.manifest.tables:
        fetched = await package.fetch(entry)
        if fetched.bytes != entry.bytes:
            wrong.append(f"{entry.file} ({fetched.bytes} ≠ {entry.bytes})")
    none_at(wrong, "размер не сходится", "the size doesn't agree", package.answer)


RULE = Rule(
    id="export.sizes",
    title=Both(
        "Размер файлов сходится с манифестом",
        "The files' sizes agree with the manifest",
    ),
    reason=Both(
        "По размеру портал докачивает прерванный файл и не читает дальше обещанного.",
        "By the size the portal continues a file that was cut, and reads no further than promised.",
    ),
    mend=Both(
        "В bytes — размер файла на диске, со сжатием.",
        "bytes is the size of the file on disk, packed.",
    ),
    example='{"file": "persons.csv.gz", "bytes": 218}',
    needs="exports",
    check=check,
)
