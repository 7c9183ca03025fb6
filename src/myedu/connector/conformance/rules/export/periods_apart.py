"""Periods of one kind."""

from itertools import pairwise

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Both, Rule
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
    title=Both(
        "Периоды одного вида не накладываются",
        "Periods of one kind don't overlap",
    ),
    reason=Both(
        "Если день в двух четвертях, отметка попадёт в среднее обеих.",
        "Where a day is in two quarters, its mark counts in both averages.",
    ),
    mend=Both(
        "Последний день периода включается в него: следующий начинается днём позже.",
        "A period's last day belongs to it: the next one starts a day later.",
    ),
    example="I: по 2026-11-08, II: с 2026-11-09",
    severity="warning",
    needs="exports",
    check=check,
)
