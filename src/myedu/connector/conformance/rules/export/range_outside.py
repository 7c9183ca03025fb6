"""A part outside a file."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import status
from myedu.connector.conformance.rule import Both, Nothing, Rule


async def check(case: Case) -> None:
    package = await case.package()
    if not package.manifest.tables:
        raise Nothing("файлов нет", "there are no files", package.answer)
    entry = package.manifest.tables[0]
    headers = {"Range": f"bytes={entry.bytes + 10}-"}
    answer = await case.ask.send("GET", package.path_of(entry), headers=headers)
    status(answer, 416, what=("часть за концом файла", "a part behind the file's end"))


RULE = Rule(
    id="export.range-outside",
    title=Both(
        "На часть за концом файла — 416",
        "A part behind the end gets 416",
    ),
    reason=Both(
        "Иначе портал допишет к файлу то, чего в нём нет, и забракует пакет.",
        "Otherwise the portal adds to a file what isn't in it, and refuses the package.",
    ),
    mend=Both(
        "Отвечайте 416 с Content-Range: bytes */размер.",
        "Answer 416 with Content-Range: bytes */size.",
    ),
    example="Range: bytes=9999-\n416, Content-Range: bytes */218",
    needs="exports",
    check=check,
)
