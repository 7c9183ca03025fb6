"""A room's SQL names its own schema and what other rooms publish (`Room.published_sql`), nothing else."""

import re
from pathlib import Path

import pytest

import myedu.portal
from myedu.contract.tables import TABLES
from myedu.portal.app import ROOMS
from tests.portal.exports.load.test_take_in import statements

PORTAL = Path(myedu.portal.__file__).parent
PUBLISHED = {name: room.name for room in ROOMS for name in room.published_sql}
SCHEMAS = {room.name for room in ROOMS}
_NAME = re.compile(rf"\b({'|'.join(SCHEMAS)})\.(\w+)")
_COMMENT = re.compile(r"--.*")
_LITERAL = re.compile(r"'[^']*'")

ONLY_FOR_EXPORTS = {
    *(f"people.{table}" for table in TABLES),
    "people.erased",
    "people.open_region",
    "people.create_unindexed_partition",
    "people.attach_unindexed_partition",
}
"""What imports do with people's rows. Other rooms use people's service, its doors and views."""


def names_in(text: str) -> set[str]:
    """Qualified names of the rooms' schemas, outside comments and literals."""
    found = _NAME.findall(_LITERAL.sub("", _COMMENT.sub("", text)).replace('"', ""))
    return {f"{schema}.{name}" for schema, name in found}


def texts() -> dict[str, str]:
    """Room → all of its statements."""
    found = {room.name: "" for room in ROOMS}
    for path in PORTAL.rglob("*.sql"):
        room = path.relative_to(PORTAL).parts[0]
        if room in found:
            found[room] += path.read_text()
    # exports composes the names of people's partitions; as of the table itself here.
    composed = "\n".join(query.text for query in statements("77") + statements("77", unindexed=True))
    found["exports"] += composed.replace("_r77", "")
    return found


@pytest.mark.parametrize("room", sorted(SCHEMAS))
def test_a_rooms_sql_names_its_own_schema_and_what_others_publish(room: str) -> None:
    named = names_in(texts()[room])
    foreign = {name for name in named if not name.startswith(f"{room}.")}
    assert foreign - set(PUBLISHED) == set()
    if room != "exports":
        assert foreign & ONLY_FOR_EXPORTS == set()


def test_what_is_published_is_used_there_and_has_a_reason() -> None:
    named = {room: names_in(text) for room, text in texts().items()}
    used = {name for room, names in named.items() for name in names if PUBLISHED.get(name) != room}
    assert set(PUBLISHED) - used == set()
    for room in ROOMS:
        for name, reason in room.published_sql.items():
            assert name.startswith(f"{room.name}."), name
            assert len(reason) > 15, name


def test_rooms_without_a_schema_have_no_sql() -> None:
    assert texts()["staff"] == ""
