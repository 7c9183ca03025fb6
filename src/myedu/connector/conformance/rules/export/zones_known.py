"""Time zones of organisations are IANA names."""

from zoneinfo import ZoneInfo

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.export._tables import wrong_cells


async def check(case: Case) -> None:
    wrong = await wrong_cells(case, [("organizations", "time_zone")], _unknown)
    none_at(wrong, "пояс не из базы IANA", "a zone that is not an IANA name")


def _unknown(cell: str) -> bool:
    try:
        ZoneInfo(cell)
    except (KeyError, ValueError, OSError):
        return True
    return False


RULE = Rule(
    id="export.zones-known",
    title=Bilingual(
        "Пояс организации — из базы IANA",
        "An organisation's time zone is an IANA name",
    ),
    reason=Bilingual(
        "По поясу портал знает, какой у школы день и когда забирать выгрузку.",
        "By the zone the portal knows the school's current date and when to fetch the export.",
    ),
    fix=Bilingual(
        "Пишите Europe/Kaliningrad … Asia/Kamchatka, а не «МСК+7».",
        "Write Europe/Kaliningrad … Asia/Kamchatka, not «MSK+7».",
    ),
    example="time_zone=Asia/Vladivostok",
    needs="exports",
    check=check,
)
