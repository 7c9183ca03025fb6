"""Decompressed tables have no NUL byte and no BOM."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
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
    title=Bilingual(
        "В файлах нет нулевых байтов и BOM",
        "Files have no NUL bytes and no BOM",
    ),
    reason=Bilingual(
        "Нулевой байт базы не хранят, а BOM станет частью имени первого столбца.",
        "Databases can't store a NUL byte, and a BOM becomes part of the first column's name.",
    ),
    fix=Bilingual(
        "Пишите UTF-8 без BOM; нулевые байты уберите при чтении из базы.",
        "Write UTF-8 without a BOM; remove NUL bytes when you read the database.",
    ),
    example="первые байты файла: id,updated_at",
    needs="exports",
    check=check,
)
