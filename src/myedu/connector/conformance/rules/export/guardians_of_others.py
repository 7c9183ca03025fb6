"""Guardians of themselves, and in a ring."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.export._tables import places, tables_of


async def check(case: Case) -> None:
    wrong = []
    async for table in tables_of(case, "guardianships"):
        pairs = {(row.get("guardian_id", ""), row.get("child_id", "")) for _, row in places(table)}
        wrong += [f"{guardian} → {child}" for guardian, child in sorted(pairs) if (child, guardian) in pairs]
    none_at(
        wrong,
        "представитель и ребёнок друг другу или сами себе",
        "guardian and child of each other, or of oneself",
    )


RULE = Rule(
    id="export.guardians-of-others",
    title=Both(
        "Никто не представитель самому себе и по кругу",
        "Nobody is guardian of oneself, or in a ring",
    ),
    reason=Both(
        "Портал такие полномочия отложит: ни тот, ни другой дневника не увидит.",
        "The portal sets such guardianships aside: neither of the two sees a diary.",
    ),
    mend=Both(
        "Проверьте, не переставлены ли guardian_id и child_id.",
        "Check that guardian_id and child_id don't stand in each other's place.",
    ),
    example="guardian_id=p-mother, child_id=42",
    needs="exports",
    check=check,
)
