"""time_zone of an answer is an IANA name."""

from zoneinfo import ZoneInfo

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.rule import Bilingual, Broken, Rule
from myedu.contract.answers import Schedule


async def check(case: Case) -> None:
    decoded = await case.read_days(Schedule)
    name = decoded.value.time_zone
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # the name of a folder of the database raises OSError
        raise Broken(
            f"time_zone {name!r} не из IANA", f"time_zone {name!r} is not an IANA name", decoded.answer
        ) from None


RULE = Rule(
    id="data.time-zone-known",
    title=Bilingual(
        "Часовой пояс назван по IANA",
        "The time zone is an IANA name",
    ),
    reason=Bilingual(
        "Страна живёт в одиннадцати поясах; без имени пояса нельзя сказать, какой у школы сейчас день.",
        "The country has eleven zones; without the name it is unknown which day it is at the school.",
    ),
    fix=Bilingual(
        "Пишите имя из базы IANA: Asia/Vladivostok, Europe/Moscow.",
        "Use a name from the IANA database: Asia/Vladivostok, Europe/Moscow.",
    ),
    example='{"time_zone": "Asia/Vladivostok"}',
    check=check,
)
