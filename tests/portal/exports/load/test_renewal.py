"""Rows that an import skips as unchanged give the same result as rows that it checks.

Two systems take the same random packages in; of one all digests are taken away before each, so that every
row is judged and compared. Reports, problems and rows have to be the same.
"""

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest

from myedu.contract.tables import TABLES, Row
from myedu.kit.clock import FixedClock
from myedu.portal.exports.models import ApprovalPolicy, LoadContext, Report
from myedu.portal.exports.report import package_queries
from myedu.portal.exports.service import load_folder, roll_back
from myedu.portal.exports.tables import data_columns
from myedu.portal.people.service import register_system
from tests.conftest import as_owner
from tests.portal.exports.conftest import SYSTEM
from tests.portal.exports.packages import Tables, a_school, altered, careless_package, without
from tests.portal.exports.taking import Ask, Write

SYSTEMS = {"r25-a": "25", "r26-a": "26"}  # one skips unchanged rows, the other checks all
LENIENT = ApprovalPolicy(share=1, rows=10_000, identity_share=1)


def a_town() -> Tables:
    """Two schools, a music school, nested groups; some pupils in two of them."""
    rows = a_school(6)
    school, group, study = rows["organizations"][0], rows["groups"][0], rows["enrollments"][0]
    replace = msgspec.structs.replace
    rows["organizations"] += [replace(school, id="o2"), replace(school, id="o3", kind="extra")]
    rows["groups"] += [replace(group, id="g2", organization_id="o2"), replace(group, id="g3", parent_id="g1")]
    rows["enrollments"] += [replace(study, id="e7", organization_id="o2", group_id="g2")]
    rows["guardianships"] += [replace(rows["guardianships"][0], id="k7", guardian_id="m1", child_id="p2")]
    return rows


class Town:
    """The files of a system as they change from night to night."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.first = a_town()
        self.rows = a_town()

    def a_night_later(self) -> None:
        for _ in range(self.random.randint(0, 4)):
            self.random.choice(
                [self._lose, self._lose, self._bring_back, self._bring_back, self._alter, self._alter,
                 self._alter, self._alter, self._double, self._bury, self._shuffle, self._link, self._enrol]
            )()  # fmt: skip

    def delta(self) -> Tables:
        """Some rows of today's."""
        return {
            table: [row for row in rows if self.random.random() < 0.4] for table, rows in self.rows.items()
        }

    def _any_row(self) -> tuple[str, Row]:
        table = self.random.choice([name for name, rows in self.rows.items() if rows])
        return table, self.random.choice(self.rows[table])

    def _lose(self) -> None:
        table, row = self._any_row()
        self.rows = without(self.rows, table, row.id)

    def _bring_back(self) -> None:
        table = self.random.choice(list(TABLES))
        row = self.random.choice(self.first[table])
        rows = [one for one in self.rows[table] if one.id != row.id]
        self.rows = self.rows | {table: [*rows, row]}

    def _alter(self) -> None:
        table, row = self._any_row()
        values: dict[str, list[Any]] = {
            "organizations": [{"kind": "extra"}, {"kind": "school"}, {"parent_id": "o2"}],
            "periods": [{"organization_id": "o2"}, {"name": "Четверть"}],
            "groups": [{"parent_id": "g2"}, {"parent_id": "none"}, {"organization_id": "o2"}],
            "subjects": [{"name": "Химия"}],
            "persons": [
                {"birth_date": None}, {"birth_date": date(2013, 1, 1)}, {"birth_date": date(1980, 1, 1)},
                {"first_name": "Айсен"},
            ],
            "enrollments": [
                {"organization_id": "o2"}, {"group_id": "g3"}, {"person_id": "p1"}, {"person_id": "p9"},
                {"ends_on": date(2026, 10, 1)},
            ],
            "guardianships": [
                {"guardian_id": "p1"}, {"child_id": "m2"}, {"child_id": "m1"}, {"relation": "father"},
                {"ends_on": date(2026, 1, 1)},  # before it starts: set aside, and so closed
            ],
            "staff": [{"person_id": "m2"}, {"person_id": "nobody"}],
            "teaching": [{"group_id": "g2"}, {"staff_id": "nobody"}],
        }  # fmt: skip
        self.rows = altered(self.rows, table, row.id, **self.random.choice(values[table]))

    def _double(self) -> None:
        table, row = self._any_row()
        other = row if self.random.random() < 0.5 or table != "persons" else _renamed(row)
        self.rows = self.rows | {table: [*self.rows[table], other]}

    def _bury(self) -> None:
        table, row = self._any_row()
        self.rows = altered(self.rows, table, row.id, deleted=True)

    def _shuffle(self) -> None:
        table = self.random.choice(list(TABLES))
        self.rows = self.rows | {table: self.random.sample(self.rows[table], len(self.rows[table]))}

    def _link(self) -> None:
        people = [f"{kind}{number}" for kind in "pm" for number in range(1, 7)]
        link = msgspec.structs.replace(
            self.first["guardianships"][0],
            id=f"x{self.random.randint(1, 5)}",
            guardian_id=self.random.choice(people),
            child_id=self.random.choice(people),
        )
        self.rows = without(self.rows, "guardianships", link.id)
        self.rows["guardianships"] = [*self.rows["guardianships"], link]

    def _enrol(self) -> None:
        study = msgspec.structs.replace(
            self.first["enrollments"][0],
            id=f"y{self.random.randint(1, 3)}",
            person_id=f"p{self.random.randint(1, 7)}",
            organization_id=self.random.choice(["o1", "o2", "o3"]),
        )
        self.rows = without(self.rows, "enrollments", study.id)
        self.rows["enrollments"] = [*self.rows["enrollments"], study]


def _renamed(row: Row) -> Row:
    return msgspec.structs.replace(row, first_name="Тимур")


@pytest.fixture
async def both(context: LoadContext) -> LoadContext:
    async with context.database.transaction() as conn:
        other = msgspec.structs.replace(SYSTEM, id="r26-a", region="26", name="Забывчивый")
        await register_system(conn, other)
    return msgspec.structs.replace(context, policy=LENIENT)


async def forget(context: LoadContext) -> None:
    async with context.database.transaction() as conn:
        for table in TABLES:
            await conn.execute(f"UPDATE people.{table} SET digest = NULL WHERE region = '26'")


async def seen(context: LoadContext, system: str, report: Report) -> dict[str, Any]:
    """What a package did, as far as both have to agree."""
    async with context.database.connection() as conn:
        problems = await package_queries.problems(conn, system, report.export_id)
    changes = list(report.changes.values())
    found = sorted((one.table, one.line, one.field or "", one.code, one.severity) for one in problems)
    return {"state": report.state, "changes": changes, "problems": found}


def held(ask: Ask, region: str) -> dict[str, list[Any]]:
    return {
        table: ask(
            f"SELECT (id, archived_at, {', '.join(data_columns(table))})::text FROM people.{table}"
            " WHERE region = %s ORDER BY id",
            region,
        )
        for table in TABLES
    }


async def _take(
    context: LoadContext, folder: Path, clock: FixedClock, rows: Tables, bases: dict[str, Any]
) -> dict:
    """A package for both; what each made of it."""
    found = {}
    await forget(context)
    for system, region in SYSTEMS.items():
        how = {"mode": "delta", "base": bases[system]} if bases else {}
        manifest = careless_package(folder, rows, clock.now(), region=region, **how)
        report = await load_folder(context, system, folder / str(manifest.export_id))
        found[system] = await seen(context, system, report)
        found[system]["export_id"] = report.export_id
    return found


@pytest.mark.parametrize("seed", range(8))
async def test_what_is_remembered_changes_nothing(
    both: LoadContext, ask: Ask, clock: FixedClock, tmp_path: Path, seed: int
) -> None:
    town, bases = Town(seed), {}
    for night in range(7):
        clock.advance(timedelta(days=1))
        delta = bool(bases) and town.random.random() < 0.3
        rows = town.delta() if delta else town.rows
        done = await _take(both, tmp_path, clock, rows, bases if delta else {})
        first, second = ({**one, "export_id": None} for one in done.values())
        assert first == second, f"night {night}"
        bases = {system: one["export_id"] for system, one in done.items()}
        assert held(ask, "25") == held(ask, "26"), f"night {night}"
        if night and town.random.random() < 0.2:
            for region in SYSTEMS.values():
                await roll_back(both, region)
            bases = {}
            assert held(ask, "25") == held(ask, "26"), f"roll-back of night {night}"
        town.a_night_later()


@pytest.fixture
def staged(url: str, context: LoadContext) -> Iterator[Callable[[], set[str]]]:
    """The ids of rows that are staged, as the server sees them come."""
    with psycopg.connect(as_owner(url), autocommit=True) as conn:
        conn.execute("CREATE TABLE staged (id text); GRANT ALL ON staged TO PUBLIC")
        conn.execute(
            "CREATE FUNCTION note_staged() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN INSERT INTO staged VALUES (new.id); RETURN NULL; END $$"
        )
        for table in TABLES:
            conn.execute(
                f"CREATE TRIGGER note_staged AFTER INSERT ON exports.staging_{table}_r25"
                " FOR EACH ROW EXECUTE FUNCTION note_staged()"
            )
        yield lambda: {name for (name,) in conn.execute("DELETE FROM staged RETURNING id").fetchall()}
        conn.execute("DROP FUNCTION note_staged() CASCADE; DROP TABLE staged")


async def test_only_what_differs_is_staged_and_what_hangs_on_it(
    context: LoadContext, write: Write, clock: FixedClock, staged: Callable[[], set[str]]
) -> None:
    async def night(rows: Tables) -> set[str]:
        clock.advance(timedelta(days=1))
        assert (await load_folder(context, "r25-a", write(rows))).state == "applied"
        return staged()

    town = a_town()
    await night(town)
    # e1 and e7 are of one pupil in two schools, a problem that is reported every night.
    assert await night(town) == {"e1", "e7"}
    fewer = without(altered(town, "persons", "m5", birth_date=date(1984, 4, 4)), "groups", "g3")
    assert await night(fewer) == {"e1", "e7", "m5", "k5"}
    assert await night(without(fewer, "groups", "g1")) == {
        "e1", "e7", "d1", *(f"e{number}" for number in range(1, 7)),
    }  # fmt: skip
