"""Every named query of every room can be prepared on the real schema."""

from pathlib import Path

import pytest

import myedu.portal
from myedu.kit.sql import load_queries, prepare_problems

PORTAL = Path(myedu.portal.__file__).parent
FILES = sorted(
    path.relative_to(PORTAL)
    for path in PORTAL.glob("*/**/*.sql")
    # exports/load fills in names; tests/portal/exports/test_take_in.py prepares its statements.
    if path.parent.name not in ("migrations", "sql")
)


def test_the_rooms_are_found() -> None:
    rooms = {file.parts[0] for file in FILES}
    assert {"audit", "people", "identity"} <= rooms


@pytest.mark.parametrize("file", FILES, ids=str)
def test_every_query_can_be_prepared(portal_database_url: str, file: Path) -> None:
    package = ".".join(("myedu.portal", *file.parts[:-1]))
    queries = load_queries(package, file.name)
    assert len(queries) > 0
    assert prepare_problems(portal_database_url, queries) == []
