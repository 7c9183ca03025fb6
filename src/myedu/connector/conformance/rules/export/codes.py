"""Codes of the dictionaries."""

from collections.abc import Callable

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Both, Rule
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
    none_at(wrong, "кода нет в словаре", "a code that the dictionary doesn't have")


def _not_in(known: tuple[str, ...]) -> Callable[[str], bool]:
    return lambda cell: cell not in known


RULE = Rule(
    id="export.codes",
    title=Both(
        "Коды — из словарей контракта",
        "Codes are of the contract's dictionaries",
    ),
    reason=Both(
        "Роль, которой портал не знает, не откроет сотруднику ничего.",
        "A role that the portal doesn't know opens nothing to an employee.",
    ),
    mend=Both(
        "Переведите свои коды в коды словарей; чего в них нет, предложите добавить.",
        "Map your codes to the dictionaries' codes; propose what they lack.",
    ),
    example="role=teacher",
    severity="warning",
    needs="exports",
    check=check,
)
