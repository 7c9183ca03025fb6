"""The zones of the organisations."""

from zoneinfo import ZoneInfo

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.export._tables import wrong_cells


async def check(case: Case) -> None:
    wrong = await wrong_cells(case, [("organizations", "time_zone")], _unknown)
    none_at(wrong, "пояс не из базы IANA", "a zone that is not IANA's")


def _unknown(cell: str) -> bool:
    try:
        ZoneInfo(cell)
    except (KeyError, ValueError, OSError):
        return True
    return False


RULE = Rule(
    id="export.zones-known",
    title=Both(
        "Пояс организации — из базы IANA",
        "An organisation's zone is IANA's",
    ),
    reason=Both(
        "По поясу портал знает, какой у школы день и когда забирать выгрузку.",
        "By the zone the portal knows the school's day and when to fetch the export.",
    ),
    mend=Both(
        "Пишите Europe/Kaliningrad … Asia/Kamchatka, а не «МСК+7».",
        "Write Europe/Kaliningrad … Asia/Kamchatka and not «MSK+7».",
    ),
    example="time_zone=Asia/Vladivostok",
    needs="exports",
    check=check,
)
