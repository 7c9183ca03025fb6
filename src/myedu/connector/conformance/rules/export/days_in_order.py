"""No row ends before it starts."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.export._tables import places, tables_of


async def check(case: Case) -> None:
    wrong = []
    async for table in tables_of(case, "periods", "enrollments", "guardianships", "staff", "teaching"):
        for line, row in places(table):
            first, last = row.get("starts_on", ""), row.get("ends_on", "")
            if first and last and last < first:
                wrong.append(f"{table.name}:{line}")
    none_at(wrong, "кончается раньше, чем начинается", "ends before it starts")


RULE = Rule(
    id="export.days-in-order",
    title=Bilingual(
        "Ничто не кончается раньше, чем начинается",
        "Nothing ends before it starts",
    ),
    reason=Bilingual(
        "Такое зачисление не действует ни дня: дневник ребёнка закрыт.",
        "Such an enrolment is valid on no day: the child's diary is closed.",
    ),
    fix=Bilingual(
        "Проверьте, не переставлены ли starts_on и ends_on.",
        "Check that starts_on and ends_on are not swapped.",
    ),
    example="starts_on=2026-09-01, ends_on=2027-05-31",
    needs="exports",
    check=check,
)
