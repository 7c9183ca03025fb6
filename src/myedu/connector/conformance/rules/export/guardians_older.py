"""Guardians were born before their children."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.export._tables import places, tables_of


async def check(case: Case) -> None:
    born: dict[str, str] = {}
    async for table in tables_of(case, "persons"):
        born = {row["id"]: row["birth_date"] for _, row in places(table) if row.get("birth_date")}
    wrong = []
    async for table in tables_of(case, "guardianships"):
        for line, row in places(table):
            guardian, child = (born.get(row.get(name, ""), "") for name in ("guardian_id", "child_id"))
            # guardians of themselves are reported by export.guardians-of-others
            other = row.get("guardian_id") != row.get("child_id")
            if other and guardian and child and guardian >= child:
                wrong.append(f"guardianships:{line}")
    none_at(wrong, "представитель не старше ребёнка", "guardians not older than the child")


RULE = Rule(
    id="export.guardians-older",
    title=Bilingual(
        "Представитель старше ребёнка",
        "A guardian is older than the child",
    ),
    reason=Bilingual(
        "Переставленные местами мать и сын открыли бы сыну дневник матери.",
        "Mother and son swapped would open the mother's diary to the son.",
    ),
    fix=Bilingual(
        "Проверьте guardian_id, child_id и даты рождения.",
        "Check guardian_id, child_id and the birth dates.",
    ),
    example="у матери birth_date=1984-02-03, у сына 2011-05-14",
    needs="exports",
    check=check,
)
