"""A range with If-Range of another file gets the whole file."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import status
from myedu.connector.conformance.rule import Bilingual, Rule, Skipped


async def check(case: Case) -> None:
    package = await case.package()
    entry = next((listed for listed in package.manifest.tables if listed.bytes > 1), None)
    if entry is None:
        raise Skipped("все файлы пусты", "all files are empty", package.answer)
    headers = {"Range": "bytes=1-", "If-Range": '"another"'}
    answer = await case.http.send("GET", package.path_of(entry), headers=headers)
    status(answer, 200, what=("If-Range с чужой меткой", "If-Range with another ETag"))


RULE = Rule(
    id="export.if-range",
    title=Bilingual(
        "If-Range с чужой меткой даёт файл целиком",
        "If-Range with another ETag gets the whole file",
    ),
    reason=Bilingual(
        "Иначе начало одной выгрузки склеится с концом другой.",
        "Otherwise the beginning of one export is joined to the end of another.",
    ),
    fix=Bilingual(
        "Сверяйте If-Range с ETag файла; не совпало — отвечайте 200 и всем файлом.",
        "Compare If-Range with the file's ETag; if they differ, answer 200 with the whole file.",
    ),
    example='Range: bytes=100-, If-Range: "old"\n200',
    needs="exports",
    check=check,
)
