"""Files can be decompressed and read as CSV in UTF-8."""

import csv

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.package import UNPACK_RULE
from myedu.connector.conformance.rule import Bilingual, Blocked, Broken, Rule, Skipped


async def check(case: Case) -> None:
    package = await case.package()
    for entry in package.manifest.tables:
        try:
            table = await package.table(entry.table)
            for _ in table.lines():
                pass
        except Skipped:
            continue
        except Blocked as blocked:
            if blocked.by != UNPACK_RULE:
                raise
            raise Broken(blocked.words.ru, blocked.words.en, *blocked.answers) from None
        except (UnicodeDecodeError, csv.Error) as error:
            raise Broken(f"{entry.file}: {error}", f"{entry.file}: {error}", package.answer) from None


RULE = Rule(
    id="export.unpacks",
    title=Bilingual(
        "Файлы распаковываются и читаются как CSV в UTF-8",
        "Files decompress and are CSV in UTF-8",
    ),
    reason=Bilingual(
        "Файл в cp1251 или недописанный архив не прочесть: пакет вернётся целиком.",
        "A file in cp1251 or a truncated archive can't be read: the whole package is rejected.",
    ),
    fix=Bilingual(
        "Пишите CSV по RFC 4180 в UTF-8; .gz и .zst закрывайте до конца, имя — по настоящему сжатию.",
        "Write RFC 4180 CSV in UTF-8; finish .gz and .zst files, and name each file by its real compression.",
    ),
    example="persons.csv.gz: id,updated_at,deleted,last_name,…",
    needs="exports",
    check=check,
)
