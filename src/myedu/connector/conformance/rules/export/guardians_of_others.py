"""No one is their own guardian, and no two people are guardians of each other."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.export._tables import places, tables_of


async def check(case: Case) -> None:
    wrong = []
    async for table in tables_of(case, "guardianships"):
        pairs = {(row.get("guardian_id", ""), row.get("child_id", "")) for _, row in places(table)}
        wrong += [f"{guardian} → {child}" for guardian, child in sorted(pairs) if (child, guardian) in pairs]
    none_at(
        wrong,
        "представитель и ребёнок друг другу или сами себе",
        "guardians of each other, or of themselves",
    )


RULE = Rule(
    id="export.guardians-of-others",
    title=Bilingual(
        "Никто не представитель самому себе и по кругу",
        "No one is their own guardian, or a guardian of their guardian",
    ),
    reason=Bilingual(
        "Портал такие полномочия отложит: ни тот, ни другой дневника не увидит.",
        "The portal rejects such guardianships: neither of the two sees a diary.",
    ),
    fix=Bilingual(
        "Проверьте, не переставлены ли guardian_id и child_id.",
        "Check that guardian_id and child_id are not swapped.",
    ),
    example="guardian_id=p-mother, child_id=42",
    needs="exports",
    check=check,
)
