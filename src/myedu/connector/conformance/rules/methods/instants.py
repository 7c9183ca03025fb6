"""Instants in answers have an offset."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.decode import INSTANTS
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.methods._faults import no_fault_of


async def check(case: Case) -> None:
    await no_fault_of(case, INSTANTS)


RULE = Rule(
    id=INSTANTS,
    title=Bilingual(
        "У каждого момента есть смещение",
        "Every instant has an offset",
    ),
    reason=Bilingual(
        "«08:30» без смещения в стране с одиннадцатью поясами — не время: звонок может сдвинуться на часы.",
        "«08:30» without an offset is not a time in a country of eleven zones: a lesson may shift by hours.",
    ),
    fix=Bilingual(
        "Пишите моменты по ISO 8601 со смещением пояса школы: 2026-09-01T08:30:00+10:00.",
        "Write instants in ISO 8601 with the offset of the school's time zone: 2026-09-01T08:30:00+10:00.",
    ),
    example='GET /v1/students/42/schedule\n200 {"lessons": [{"starts_at": "2026-09-01T08:30:00+10:00", …}]}',
    check=check,
)
