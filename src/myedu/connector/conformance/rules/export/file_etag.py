"""Files are served with a strong ETag."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule


async def check(case: Case) -> None:
    package = await case.package()
    wrong = []
    for entry in package.manifest.tables:
        fetched = await package.fetch(entry)
        tag = fetched.answer.headers.get("ETag", "")
        if tag.startswith("W/") or not (len(tag) > 2 and tag.startswith('"') and tag.endswith('"')):
            wrong.append(f"{entry.file} ({tag or '—'})")
    none_at(wrong, "нет сильного ETag", "no strong ETag", package.answer)


RULE = Rule(
    id="export.file-etag",
    title=Bilingual(
        "У файла сильный ETag",
        "A file has a strong ETag",
    ),
    reason=Bilingual(
        "Без него продолжить прерванный файл нельзя: вдруг это уже другой.",
        "Without it an interrupted download can't be resumed: the file may have changed.",
    ),
    fix=Bilingual(
        'Отдавайте ETag: "<sha256 файла>".',
        'Send ETag: "<sha256 of the file>".',
    ),
    example='ETag: "0f3a…"',
    needs="exports",
    check=check,
)
