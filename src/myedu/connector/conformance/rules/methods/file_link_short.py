"""A file link expires within an hour."""

from datetime import timedelta

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.methods._files import link_of

_LONGEST = timedelta(hours=1)
_CLOCKS = timedelta(minutes=1)  # clock skew


async def check(case: Case) -> None:
    link, answer = await link_of(case)
    left = link.expires_at - case.clock.now()
    require(
        timedelta() < left <= _LONGEST + _CLOCKS,
        f"ссылка действует {left.total_seconds():.0f} с, а нужно больше нуля и до часа",
        f"the link expires in {left.total_seconds():.0f} s, expected more than 0 and at most an hour",
        answer,
    )


RULE = Rule(
    id="methods.file-link-short",
    title=Bilingual(
        "Ссылка на файл живёт не дольше часа",
        "A file link lives at most an hour",
    ),
    reason=Bilingual(
        "Ссылку перешлют в чат класса: через час она не должна открывать работу ребёнка кому попало.",
        "The link will be posted in a class chat: after an hour it must not open a child's work to anyone.",
    ),
    fix=Bilingual(
        "Выдавайте ссылку на несколько минут и пишите её срок в expires_at.",
        "Issue a link for a few minutes and put its expiry time into expires_at.",
    ),
    example='GET /v1/files/f-1\n200 {"expires_at": "2026-09-01T09:10:00+10:00", …}',
    needs="files",
    check=check,
)
