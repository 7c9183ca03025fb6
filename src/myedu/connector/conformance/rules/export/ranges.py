"""A part of a file."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import status, that
from myedu.connector.conformance.rule import Both, Nothing, Rule
from myedu.contract.package import TableFile


async def check(case: Case) -> None:
    entry, path, whole = await _some_file(case)
    first = max(entry.bytes // 2, 1)
    answer = await case.ask.send("GET", path, headers={"Range": f"bytes={first}-"})
    status(answer, 206, what=(entry.file, entry.file))
    that(
        answer.body == whole[first:],
        f"{entry.file}: отданы не те байты",
        f"{entry.file}: other bytes than asked for",
        answer,
    )
    wanted = f"bytes {first}-{entry.bytes - 1}/{entry.bytes}"
    said = answer.headers.get("Content-Range")
    that(
        said == wanted,
        f"Content-Range: {said}, а нужно {wanted}",
        f"Content-Range: {said}, expected {wanted}",
        answer,
    )


async def _some_file(case: Case) -> tuple[TableFile, str, bytes]:
    package = await case.package()
    entry = min(
        (one for one in package.manifest.tables if one.bytes > 1), key=lambda one: one.bytes, default=None
    )
    if entry is None:
        raise Nothing("все файлы пусты", "all files are empty", package.answer)
    fetched = await package.fetch(entry)
    return entry, package.path_of(entry), fetched.path.read_bytes()


RULE = Rule(
    id="export.ranges",
    title=Both(
        "Файл отдаётся частями",
        "A part of a file is served",
    ),
    reason=Both(
        "Связь школ рвётся: гигабайт, прерванный на середине, докачивается, а не начинается снова.",
        "Lines break: a gigabyte that was cut in its middle is continued and not begun anew.",
    ),
    mend=Both(
        "На Range отвечайте 206 с Content-Range и ровно этими байтами.",
        "Answer a Range with 206, Content-Range and just these bytes.",
    ),
    example="Range: bytes=100-\n206, Content-Range: bytes 100-217/218",
    needs="exports",
    check=check,
)
