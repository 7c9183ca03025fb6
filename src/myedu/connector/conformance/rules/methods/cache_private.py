"""Who may keep an answer."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import that
from myedu.connector.conformance.rule import Both, Rule


async def check(case: Case) -> None:
    for name in case.day_methods:
        answer = await case.ask_days(name)
        said = {
            one.strip().partition("=")[0]
            for one in answer.headers.get("Cache-Control", "").lower().split(",")
        }
        that(
            said & {"private", "no-store"} and not said & {"public", "s-maxage"},
            f"{name}: Cache-Control не запрещает общим кешам хранить ответ",
            f"{name}: Cache-Control doesn't keep shared caches from storing the answer",
            answer,
        )


RULE = Rule(
    id="methods.cache-private",
    title=Both("Дневник не остаётся в общих кешах", "A diary stays in no shared cache"),
    reason=Both(
        "Кеш перед журналом, который хранит дневники, однажды отдаст их не тому.",
        "A cache in front of a journal that keeps diaries gives one to the wrong person some day.",
    ),
    mend=Both(
        "Отвечайте Cache-Control: private, no-cache (или no-store).",
        "Answer Cache-Control: private, no-cache (or no-store).",
    ),
    example="GET /v1/students/42/diary\n200 Cache-Control: private, no-cache",
    check=check,
)
