"""Moments have an offset."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.reading import INSTANTS
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.methods._faults import no_fault_of


async def check(case: Case) -> None:
    await no_fault_of(case, INSTANTS)


RULE = Rule(
    id=INSTANTS,
    title=Both("У каждого момента есть смещение", "Every moment has an offset"),
    reason=Both(
        "«08:30» без смещения в стране с одиннадцатью поясами — не время: звонок может сдвинуться на часы.",
        "«08:30» without an offset is no time in a country of eleven zones: a bell may move by hours.",
    ),
    mend=Both(
        "Пишите моменты по ISO 8601 со смещением пояса школы: 2026-09-01T08:30:00+10:00.",
        "Write moments as ISO 8601 with the offset of the school's zone: 2026-09-01T08:30:00+10:00.",
    ),
    example='GET /v1/students/42/schedule\n200 {"lessons": [{"starts_at": "2026-09-01T08:30:00+10:00", …}]}',
    check=check,
)
