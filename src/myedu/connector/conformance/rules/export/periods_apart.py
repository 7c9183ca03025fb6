"""Periods of one school and kind don't overlap."""

from itertools import pairwise

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.export._tables import places, tables_of


async def check(case: Case) -> None:
    kinds: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
    async for table in tables_of(case, "periods"):
        for _, row in places(table):
            key = (row.get("organization_id", ""), row.get("kind", ""))
            kinds.setdefault(key, []).append(
                (row.get("starts_on", ""), row.get("ends_on", ""), row.get("id", ""))
            )
    wrong = [
        f"{first[2]} — {second[2]}"
        for periods in kinds.values()
        for first, second in pairwise(sorted(periods))
        if second[0] <= first[1]
    ]
    none_at(wrong, "периоды одного вида накладываются", "periods of one kind overlap")


RULE = Rule(
    id="export.periods-apart",
    title=Bilingual(
        "Периоды одного вида не накладываются",
        "Periods of one kind don't overlap",
    ),
    reason=Bilingual(
        "Если день в двух четвертях, отметка попадёт в среднее обеих.",
        "If a day belongs to two quarters, its mark counts in both averages.",
    ),
    fix=Bilingual(
        "Последний день периода включается в него: следующий начинается днём позже.",
        "The last day of a period belongs to it: the next period starts a day later.",
    ),
    example="I: по 2026-11-08, II: с 2026-11-09",
    severity="warning",
    needs="exports",
    check=check,
)
