"""The contract's tables as the import sees them: what is compared, joined, identifies or gives rights."""

from typing import Literal

from myedu.contract.tables import REFERENCES, columns, required_columns

IDENTITY = {"persons": ("snils", "birth_date")}
"""Columns by which accounts are matched to persons.

A system that renumbers its persons hands children to strangers.
"""

RIGHTS = frozenset({"guardianships"})
"""Tables whose rows give rights.

They fail closed: the held version of a rejected row is archived, not kept.
"""

ReferenceSeverity = Literal["error", "field"]


def data_columns(table: str) -> tuple[str, ...]:
    """The columns that are compared: all but the id, its time stamp and the tombstone flag."""
    return tuple(name for name in columns(table) if name not in ("id", "updated_at", "deleted"))


def joined_columns(table: str) -> tuple[str, ...]:
    """The columns by which held rows are joined: the key and the references."""
    return ("region", "system_id", "id", *REFERENCES[table])


def references_to_persons() -> list[tuple[str, str]]:
    """(table, column) of every reference to a person."""
    return [
        (table, column)
        for table, references in REFERENCES.items()
        for column, target in references.items()
        if target == "persons"
    ]


def severity_of(table: str, column: str) -> ReferenceSeverity:
    """What a dangling reference costs: the row if the contract requires the column, else only the value."""
    return "error" if column in required_columns(table) else "field"
