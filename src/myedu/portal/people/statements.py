"""The intake's SQL: one text for the nine tables of the contract, filled in for each; and where rows wait."""

import re
from importlib.resources import files
from typing import Literal

import msgspec

from myedu.contract import tables
from myedu.kit.sql import Queries, Query, load_queries, parse_queries
from myedu.portal.people.models import Place

Way = Literal["bare", "new", "renewed", "delta"]


class Staging(msgspec.Struct, frozen=True, kw_only=True):
    """Where the rows of a package wait. `bare`: in the region's own new parts, which nobody sees before the
    end, for no other rows are there yet; else in people.incoming_…. `held`: the tables in which the system
    has rows already, archived ones too."""

    place: Place
    full: bool
    bare: bool
    held: frozenset[str]

    def way(self, table: str) -> Way:
        """How a table's rows come: straight into their new part (bare); all of them, with nothing to compare
        them with (new); only those that differ from what is held (renewed); all that the file has (delta)."""
        if not self.full:
            return "delta"
        if self.bare:
            return "bare"
        return "renewed" if table in self.held else "new"

    def query(self, query: Query) -> Query:
        """The query, about the rows where they wait; else about the region's parts by their own names, as of
        the table over them the planner knows no statistics, and would read all rows to find a few."""
        text = query.text
        for pattern in (_STAGED, _WAITING) if self.bare else (_IN_PARTS,):
            text = pattern.sub(rf"people.\1_r{self.place.region}", text)
        return msgspec.structs.replace(query, text=text)


_TABLES = "|".join(tables.TABLES)
_STAGED = re.compile(rf"people\.incoming_({_TABLES})\b")
_WAITING = re.compile(r"people\.(incoming_[a-z]+)\b")
_IN_PARTS = re.compile(rf"people\.((?:incoming|undo)_[a-z]+|{_TABLES})\b")

IDENTITY = {"persons": ("snils", "birth_date")}
"""What an account is matched by. A system that renumbers its persons hands children to strangers."""

FAIL_CLOSED = frozenset({"guardianships"})
"""A row of these that is set aside gives no right either: its held version is archived, not kept."""


def about(place: Place) -> dict[str, object]:
    """The place as parameters of a query."""
    return {"region": place.region, "system_id": place.system_id}


def data_columns(table: str) -> tuple[str, ...]:
    """The contract's columns that are compared: all but the id, its stamp and the tombstone."""
    return tuple(name for name in tables.columns(table) if name not in ("id", "updated_at", "deleted"))


def joined_columns(table: str) -> tuple[str, ...]:
    """By what a table is joined: its key and its references."""
    return ("region", "system_id", "id", *tables.REFERENCES[table])


def references_to_persons() -> list[tuple[str, str]]:
    """(table, column) of rows that say something about a person."""
    return [
        (table, column)
        for table, named in tables.REFERENCES.items()
        for column, target in named.items()
        if target == "persons"
    ]


def _queries_of(table: str) -> Queries:
    names = data_columns(table)
    was = (
        f"old.{name} IS NOT NULL AND new.{name} IS DISTINCT FROM old.{name}"
        for name in IDENTITY.get(table, ())
    )
    text = (files(__package__) / "intake.sql").read_text(encoding="utf-8")
    filled = text.format(
        table=table,
        columns=", ".join(names),
        new_columns=", ".join(f"new.{name}" for name in names),
        old_columns=", ".join(f"old.{name}" for name in names),
        was_columns=", ".join(f"was.{name}" for name in names),
        held_columns=", ".join(f"held.{name}" for name in names),
        fields=", ".join(
            f"CASE WHEN new.{name} IS DISTINCT FROM old.{name} THEN '{name}' END" for name in names
        ),
        identity=" OR ".join(was) or "false",
        public_id=", public_id" if table == "persons" else "",
        given_public_id=", new.public_id" if table == "persons" else "",
    )
    return parse_queries(filled, f"{__package__}/intake.sql for {table}")


def _reference_queries(table: str, column: str) -> Queries:
    text = (files(__package__) / "intake_references.sql").read_text(encoding="utf-8")
    filled = text.format(table=table, column=column, target=tables.REFERENCES[table][column])
    return parse_queries(filled, f"{__package__}/intake_references.sql for {table}.{column}")


def _of_all(name: str) -> Query:
    """One question to all tables, as each way to the server and back takes as long as the answer."""
    asked = [getattr(QUERIES[table], name) for table in tables.TABLES]
    return Query(name, asked[0].purpose, "\nUNION ALL\n".join(query.text for query in asked))


COMMON = load_queries(__package__, "intake_common.sql")
FAMILY = load_queries(__package__, "intake_family.sql")
QUERIES = {table: _queries_of(table) for table in tables.TABLES}
HELD, GONE = _of_all("held"), _of_all("gone")
REFERENCE_QUERIES = {
    (table, column): _reference_queries(table, column)
    for table, named in tables.REFERENCES.items()
    for column in named
}
