"""How PostgreSQL reads a family right after a region's first package, before autovacuum has come by."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from benchmarks import packages
from myedu.portal.exports.models import LoadContext
from tests.portal.exports.taking import Ask, take

Plan = dict[str, Any]


@pytest.fixture
async def region(context: LoadContext, tmp_path: Path) -> None:
    """A first package of 120 schools: few enough for a test, and more than are read whole by a good plan."""
    rows = packages.region_rows(240_000)
    folder = packages.write_package(tmp_path / "packages", rows, "25", packages.NOW)
    assert (await take(context, folder)).state == "applied"


@pytest.mark.usefixtures("region")
def test_a_mothers_children_are_read_by_their_indexes(url: str, ask: Ask) -> None:
    (snils,) = ask(
        "SELECT snils FROM people.persons WHERE id = (SELECT min(guardian_id) FROM people.guardianships)"
    )
    with psycopg.connect(url, options="-c jit=off") as conn:
        found = conn.execute(
            "EXPLAIN (ANALYZE, FORMAT JSON)"
            " SELECT * FROM people.visible_students('nobody', %s, true, '2026-11-23T10:00Z')",
            [snils],
        ).fetchone()
    assert found is not None
    nodes = list(_nodes(found[0][0]["Plan"]))
    assert nodes[0]["Actual Rows"] > 0
    held = [node for node in nodes if "_r25" in node.get("Relation Name", "")]
    assert held
    assert {node["Relation Name"] for node in held if node["Node Type"] == "Seq Scan"} == set()
    # Who the viewer is: one person, not one in two hundred of the region.
    assert max(node["Plan Rows"] for node in nodes) < 100


def _nodes(plan: Plan) -> Iterator[Plan]:
    yield plan
    for part in plan.get("Plans", []):
        yield from _nodes(part)
