"""Characters that a database can't keep."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.export._tables import tables_of


async def check(case: Case) -> None:
    wrong = []
    async for table in tables_of(case):
        with table.path.open("rb") as file:
            for line, text in enumerate(file, 1):
                if b"\x00" in text or (line == 1 and text.startswith(b"\xef\xbb\xbf")):
                    wrong.append(f"{table.name}:{line}")
    none_at(wrong, "нулевой байт или метка BOM", "a NUL byte or a BOM")


RULE = Rule(
    id="export.no-nul",
    title=Both(
        "В файлах нет нулевых байтов и BOM",
        "Files have no NUL bytes and no BOM",
    ),
    reason=Both(
        "Нулевой байт базы не хранят, а BOM станет частью имени первого столбца.",
        "Databases keep no NUL byte, and a BOM becomes part of the first column's name.",
    ),
    mend=Both(
        "Пишите UTF-8 без BOM; нулевые байты уберите при чтении из базы.",
        "Write UTF-8 without a BOM; take NUL bytes out when you read the database.",
    ),
    example="первые байты файла: id,updated_at",
    needs="exports",
    check=check,
)
