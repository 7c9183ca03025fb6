"""Cache-Control keeps answers about days out of shared caches."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule


async def check(case: Case) -> None:
    for name in case.day_methods:
        answer = await case.get_days(name)
        header = answer.headers.get("Cache-Control", "").lower()
        directives = {directive.strip().partition("=")[0] for directive in header.split(",")}
        require(
            directives & {"private", "no-store"} and not directives & {"public", "s-maxage"},
            f"{name}: Cache-Control не запрещает общим кешам хранить ответ",
            f"{name}: Cache-Control doesn't keep shared caches from storing the answer",
            answer,
        )


RULE = Rule(
    id="methods.cache-private",
    title=Bilingual(
        "Дневник не остаётся в общих кешах",
        "A diary is not stored in shared caches",
    ),
    reason=Bilingual(
        "Кеш перед журналом, который хранит дневники, однажды отдаст их не тому.",
        "A cache in front of the journal that stores diaries will one day serve one to the wrong person.",
    ),
    fix=Bilingual(
        "Отвечайте Cache-Control: private, no-cache (или no-store).",
        "Answer Cache-Control: private, no-cache (or no-store).",
    ),
    example="GET /v1/students/42/diary\n200 Cache-Control: private, no-cache",
    check=check,
)
