"""The time zone of an answer."""

from zoneinfo import ZoneInfo

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.rule import Both, Broken, Rule
from myedu.contract.answers import Schedule


async def check(case: Case) -> None:
    read = await case.read(Schedule)
    name = read.value.time_zone
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # a folder's name is an OSError
        raise Broken(
            f"time_zone {name!r} не из IANA", f"time_zone {name!r} is not IANA's", read.answer
        ) from None


RULE = Rule(
    id="data.time-zone-known",
    title=Both(
        "Часовой пояс назван по IANA",
        "The time zone is named by IANA",
    ),
    reason=Both(
        "Страна живёт в одиннадцати поясах; без имени пояса нельзя сказать, какой у школы сейчас день.",
        "The country has eleven zones; without the name nobody can tell which day it is at the school.",
    ),
    mend=Both(
        "Пишите имя из базы IANA: Asia/Vladivostok, Europe/Moscow.",
        "Write a name of the IANA database: Asia/Vladivostok, Europe/Moscow.",
    ),
    example='{"time_zone": "Asia/Vladivostok"}',
    check=check,
)
