"""A part of a file that has changed."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import status
from myedu.connector.conformance.rule import Both, Nothing, Rule


async def check(case: Case) -> None:
    package = await case.package()
    entry = next((one for one in package.manifest.tables if one.bytes > 1), None)
    if entry is None:
        raise Nothing("все файлы пусты", "all files are empty", package.answer)
    headers = {"Range": "bytes=1-", "If-Range": '"another"'}
    answer = await case.ask.send("GET", package.path_of(entry), headers=headers)
    status(answer, 200, what=("If-Range с чужой меткой", "If-Range with another tag"))


RULE = Rule(
    id="export.if-range",
    title=Both(
        "If-Range с чужой меткой даёт файл целиком",
        "If-Range with another tag gets the whole file",
    ),
    reason=Both(
        "Иначе начало одной выгрузки склеится с концом другой.",
        "Otherwise the beginning of one export is glued to the end of another.",
    ),
    mend=Both(
        "Сверяйте If-Range с ETag файла; не совпало — отвечайте 200 и всем файлом.",
        "Compare If-Range with the file's ETag; where they differ, answer 200 with the whole file.",
    ),
    example='Range: bytes=100-, If-Range: "old"\n200',
    needs="exports",
    check=check,
)
