"""Where the rows of an import are: the relations and lists of columns that are filled into sql/*.sql."""

from collections.abc import Iterable, Mapping

import msgspec
from psycopg.sql import SQL, Composable, Identifier, Literal

from myedu.contract.tables import REFERENCES, TABLES
from myedu.portal.exports.tables import IDENTITY, data_columns

WORKING_TABLES: Mapping[str, tuple[str, ...]] = {
    "seen": ("table_name", "id", "line", "digest"),
    "differences": ("table_name", "id", "line"),
    "changes": ("table_name", "id", "change", "fields", "identity", "held_at"),
    "rejected": ("table_name", "id", "line"),
    "findings": ("table_name", "line", "field", "code", "severity", "detail"),
    "cycles": ("guardian_id", "child_id"),
    "affected": ("table_name", "id"),
}
"""Name → columns, in the order in which rows are copied in."""


class Relations(msgspec.Struct, frozen=True):
    """The relations of a region's import.

    `unindexed`: rows are staged in the region's new partitions, which are attached at the end; no other rows
    of the region exist. Otherwise held rows are addressed by their partition: for the table above it the
    planner has no statistics, and would read all rows to find a few.
    """

    region: str
    unindexed: bool = False

    def staged(self, table: str) -> Identifier:
        """The package's rows of a table."""
        if self.unindexed:
            return Identifier("people", f"{table}_r{self.region}")
        return Identifier("exports", f"staging_{table}_r{self.region}")

    def held(self, table: str) -> Identifier:
        """The rows that people has, of all systems of the region."""
        return Identifier("people", table if self.unindexed else f"{table}_r{self.region}")

    def undo(self, table: str) -> Identifier:
        """Rows as they were before the last package of their system."""
        return Identifier("exports", f"undo_{table}_r{self.region}")

    def working(self, name: str) -> Identifier:
        """One of WORKING_TABLES."""
        return Identifier("exports", f"staging_{name}_r{self.region}")

    def parts(self, table: str = "", column: str = "") -> dict[str, Composable]:
        """What the statements name in braces; of one table, or of one reference of it."""
        parts: dict[str, Composable] = {name: self.working(name) for name in WORKING_TABLES}
        for name in TABLES:
            parts[f"staged_{name}"], parts[f"held_{name}"] = self.staged(name), self.held(name)
        if table:
            parts |= {
                "table": Literal(table),
                "staged": self.staged(table),
                "held": self.held(table),
                "undo": self.undo(table),
                **_columns_of(table),
            }
        if column:
            target = REFERENCES[table][column]
            parts |= {
                "column": Identifier(column),
                "column_name": Literal(column),
                "target": Literal(target),
                "staged_target": self.staged(target),
                "held_target": self.held(target),
            }
        return parts


def staged_columns(table: str) -> tuple[str, ...]:
    """The columns of a staged row, in the order in which rows are copied in."""
    public_id = ("public_id",) if table == "persons" else ()
    return ("id", *data_columns(table), "updated_at", "digest", "deleted", "line", *public_id)


def held_columns(table: str) -> tuple[str, ...]:
    """All columns of a held row."""
    public_id = ("public_id",) if table == "persons" else ()
    key = ("region", "system_id", "id")
    return (*key, *data_columns(table), "updated_at", "archived_at", "export_id", "digest", *public_id)


def _columns_of(table: str) -> dict[str, Composable]:
    names, every = data_columns(table), held_columns(table)
    has_public_id = table == "persons"
    return {
        "columns": _listed(names),
        "new_columns": _listed(names, "new"),
        "old_columns": _listed(names, "old"),
        "held_columns": _listed(names, "held"),
        "previous_columns": _listed(names, "previous"),
        "all_columns": _listed(every),
        "all_held_columns": _listed(every, "held"),
        "all_previous_columns": _listed(every, "previous"),
        "changed_fields": SQL(", ").join(
            SQL("CASE WHEN {new} IS DISTINCT FROM {old} THEN {name} END").format(
                new=Identifier("new", name), old=Identifier("old", name), name=Literal(name)
            )
            for name in names
        ),
        "changes_identity": _changes_identity(table),
        "and_public_id": SQL(", public_id") if has_public_id else SQL(""),
        "and_new_public_id": SQL(", new.public_id") if has_public_id else SQL(""),
    }


def _changes_identity(table: str) -> Composable:
    """Whether a value that was known becomes another."""
    changes = [
        SQL("{old} IS NOT NULL AND {new} IS DISTINCT FROM {old}").format(
            old=Identifier("old", name), new=Identifier("new", name)
        )
        for name in IDENTITY.get(table, ())
    ]
    return SQL(" OR ").join(changes) if changes else SQL("false")


def _listed(names: Iterable[str], alias: str = "") -> Composable:
    return SQL(", ").join(Identifier(alias, name) if alias else Identifier(name) for name in names)
