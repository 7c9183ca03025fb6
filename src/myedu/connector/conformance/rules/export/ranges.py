"""A range of a file gets 206 with exactly these bytes."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import require, status
from myedu.connector.conformance.rule import Bilingual, Rule, Skipped
from myedu.contract.package import TableFile


async def check(case: Case) -> None:
    entry, path, whole = await _some_file(case)
    first = max(entry.bytes // 2, 1)
    answer = await case.http.send("GET", path, headers={"Range": f"bytes={first}-"})
    status(answer, 206, what=(entry.file, entry.file))
    require(
        answer.body == whole[first:],
        f"{entry.file}: отданы не те байты",
        f"{entry.file}: not the requested bytes",
        answer,
    )
    expected = f"bytes {first}-{entry.bytes - 1}/{entry.bytes}"
    header = answer.headers.get("Content-Range")
    require(
        header == expected,
        f"Content-Range: {header}, а нужно {expected}",
        f"Content-Range: {header}, expected {expected}",
        answer,
    )


async def _some_file(case: Case) -> tuple[TableFile, str, bytes]:
    package = await case.package()
    entry = min(
        (listed for listed in package.manifest.tables if listed.bytes > 1),
        key=lambda listed: listed.bytes,
        default=None,
    )
    if entry is None:
        raise Skipped("все файлы пусты", "all files are empty", package.answer)
    fetched = await package.fetch(entry)
    return entry, package.path_of(entry), fetched.path.read_bytes()


RULE = Rule(
    id="export.ranges",
    title=Bilingual(
        "Файл отдаётся частями",
        "A range of a file is served",
    ),
    reason=Bilingual(
        "Связь школ рвётся: гигабайт, прерванный на середине, докачивается, а не начинается снова.",
        "Connections break: a gigabyte interrupted halfway is resumed, not downloaded again.",
    ),
    fix=Bilingual(
        "На Range отвечайте 206 с Content-Range и ровно этими байтами.",
        "Answer a Range with 206, Content-Range and exactly these bytes.",
    ),
    example="Range: bytes=100-\n206, Content-Range: bytes 100-217/218",
    needs="exports",
    check=check,
)
