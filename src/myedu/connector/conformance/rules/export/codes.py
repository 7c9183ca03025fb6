"""Codes in the tables are in the contract's dictionaries."""

from collections.abc import Callable

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.export._tables import wrong_cells
from myedu.contract.tables import GROUP_KINDS, ORGANIZATION_KINDS, PERIOD_KINDS, SEXES, STAFF_ROLES

_KNOWN = {
    ("organizations", "kind"): ORGANIZATION_KINDS,
    ("periods", "kind"): PERIOD_KINDS,
    ("groups", "kind"): GROUP_KINDS,
    ("persons", "sex"): SEXES,
    ("staff", "role"): STAFF_ROLES,
}


async def check(case: Case) -> None:
    wrong: list[str] = []
    for column, known in _KNOWN.items():
        wrong += await wrong_cells(case, [column], _not_in(known))
    none_at(wrong, "кода нет в словаре", "codes that are not in the dictionary")


def _not_in(known: tuple[str, ...]) -> Callable[[str], bool]:
    return lambda cell: cell not in known


RULE = Rule(
    id="export.codes",
    title=Bilingual(
        "Коды — из словарей контракта",
        "Codes come from the contract's dictionaries",
    ),
    reason=Bilingual(
        "Роль, которой портал не знает, не откроет сотруднику ничего.",
        "A role unknown to the portal gives an employee no access.",
    ),
    fix=Bilingual(
        "Переведите свои коды в коды словарей; чего в них нет, предложите добавить.",
        "Map your codes to the codes of the dictionaries; propose those that are missing.",
    ),
    example="role=teacher",
    severity="warning",
    needs="exports",
    check=check,
)
