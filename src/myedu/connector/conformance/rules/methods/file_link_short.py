"""For how long a link opens."""

from datetime import timedelta

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import that
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.methods._files import link_of

_LONGEST = timedelta(hours=1)
_CLOCKS = timedelta(minutes=1)  # by which two clocks may differ


async def check(case: Case) -> None:
    link, answer = await link_of(case)
    left = link.expires_at - case.clock.now()
    that(
        timedelta() < left <= _LONGEST + _CLOCKS,
        f"ссылка действует {left.total_seconds():.0f} с, а нужно больше нуля и до часа",
        f"the link holds for {left.total_seconds():.0f} s, expected more than none and an hour at most",
        answer,
    )


RULE = Rule(
    id="methods.file-link-short",
    title=Both("Ссылка на файл живёт не дольше часа", "A file's link lives an hour at most"),
    reason=Both(
        "Ссылку перешлют в чат класса: через час она не должна открывать работу ребёнка кому попало.",
        "The link will be sent to a class chat: after an hour it mustn't open a child's work to anybody.",
    ),
    mend=Both(
        "Выдавайте ссылку на несколько минут и пишите её срок в expires_at.",
        "Give a link for some minutes and write its end into expires_at.",
    ),
    example='GET /v1/files/f-1\n200 {"expires_at": "2026-09-01T09:10:00+10:00", …}',
    needs="files",
    check=check,
)
