"""A range past the end of a file gets 416."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import status
from myedu.connector.conformance.rule import Bilingual, Rule, Skipped


async def check(case: Case) -> None:
    package = await case.package()
    if not package.manifest.tables:
        raise Skipped("файлов нет", "there are no files", package.answer)
    entry = package.manifest.tables[0]
    headers = {"Range": f"bytes={entry.bytes + 10}-"}
    answer = await case.http.send("GET", package.path_of(entry), headers=headers)
    status(answer, 416, what=("часть за концом файла", "a range past the end of the file"))


RULE = Rule(
    id="export.range-outside",
    title=Bilingual(
        "На часть за концом файла — 416",
        "A range past the end gets 416",
    ),
    reason=Bilingual(
        "Иначе портал допишет к файлу то, чего в нём нет, и забракует пакет.",
        "Otherwise the portal appends foreign bytes to the file and rejects the package.",
    ),
    fix=Bilingual(
        "Отвечайте 416 с Content-Range: bytes */размер.",
        "Answer 416 with Content-Range: bytes */size.",
    ),
    example="Range: bytes=9999-\n416, Content-Range: bytes */218",
    needs="exports",
    check=check,
)
