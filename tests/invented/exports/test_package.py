"""A region's package: the same bytes for the same spec, valid by the contract, complete in itself."""

import tracemalloc
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from myedu.connector.sdk.export import ExportError, write_package
from myedu.contract.package import MANIFEST
from myedu.contract.snils import normalise_snils
from myedu.contract.tables import REFERENCES, TABLES, Row
from myedu.invented.exports.package import MISTAKES_FILE
from myedu.invented.exports.plan import REGION_SIZES, plan_country
from myedu.invented.exports.runner import write_regions
from tests.invented.exports.conftest import SPEC, Table, Write, manifest_of, rows_of


def files(package: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in package.iterdir()}


def test_the_same_spec_gives_the_same_bytes_and_another_seed_others(write: Write) -> None:
    first, again, other = write(), write(folder="again"), write(seed=8)
    assert files(first.folder) == files(again.folder)
    assert first.manifest.export_id != other.manifest.export_id
    assert first.manifest.tables != other.manifest.tables


def test_two_processes_write_what_one_does(tmp_path: Path) -> None:
    one = write_regions(tmp_path / "1", ["39", "25"], SPEC, compression="zst", jobs=1)
    two = write_regions(tmp_path / "2", ["39", "25"], SPEC, compression="zst", jobs=2)
    assert {w.manifest.region for w in two} == {"39", "25"}
    expected = {w.manifest.region: files(w.folder) for w in one}
    assert {w.manifest.region: files(w.folder) for w in two} == expected


@pytest.mark.parametrize("code", ["14", "50", "86"])  # a region of each style of ids
def test_structs_of_the_contract_give_the_same_bytes(write: Write, tmp_path: Path, code: str) -> None:
    package = write(code, pupils=10_000, day=2).folder
    manifest, rows = manifest_of(package), rows_of(package)
    again = write_package(
        tmp_path / "structs",
        region=manifest.region,
        system=manifest.system,
        tables={table: _structs(table, rows[table]) for table in TABLES},
        created_at=manifest.created_at,
        export_id=manifest.export_id,
        compression="none",
    )
    assert again == manifest
    expected = {name: content for name, content in files(package).items() if name != MISTAKES_FILE}
    assert files(tmp_path / "structs" / package.name) == expected


def _structs(table: str, rows: Table) -> Iterator[Row]:
    for row in rows.values():
        filled = {name: value for name, value in row.items() if value}
        yield msgspec.convert(filled, TABLES[table], strict=False)


@pytest.mark.parametrize("code", REGION_SIZES)
def test_every_reference_leads_somewhere(write: Write, code: str) -> None:
    rows = rows_of(write(code, day=3).folder)
    for table, columns in REFERENCES.items():
        for column, target in columns.items():
            named = {row[column] for row in rows[table].values() if row[column]}
            assert named <= set(rows[target]), (table, column)


def test_no_person_repeats_in_the_country(write: Write) -> None:
    people = [
        row for code in REGION_SIZES for row in rows_of(write(code, pupils=5_000).folder)["persons"].values()
    ]
    snils = [row["snils"] for row in people if row["snils"]]
    oids = [row["esia_oid"] for row in people if row["esia_oid"]]
    assert len(set(snils)) == len(snils) > 0.9 * len(people)
    assert len(set(oids)) == len(oids) > 0.6 * len(people)
    assert all(normalise_snils(number) == number for number in snils)


def test_sizes_are_those_of_the_pilot(write: Write) -> None:
    rows = rows_of(write("16").folder)
    pupils = plan_country(SPEC.pupils)["16"].pupils
    assert len({row["person_id"] for row in rows["enrollments"].values()}) == pupils
    adults = len(rows["persons"]) - pupils
    assert 1.2 < adults / pupils < 1.7  # 6 million with 4 million pupils
    assert 1.4 < len(rows["guardianships"]) / pupils < 1.6
    assert 4.5 < sum(map(len, rows.values())) / pupils < 6.5  # 20 million


def test_families_are_believable(write: Write) -> None:
    rows = rows_of(write("16").folder)
    people, links = rows["persons"], rows["guardianships"].values()
    children = Counter(link["guardian_id"] for link in links)
    assert max(children.values()) > 1  # siblings share a guardian
    for link in links:
        guardian, child = people[link["guardian_id"]], people[link["child_id"]]
        years = int(child["birth_date"][:4]) - int(guardian["birth_date"][:4])
        assert 19 < years < 51  # the youngest of siblings
        assert (guardian["sex"] == "f") == (link["relation"] == "mother")
    born = Counter(
        (people[link["guardian_id"]]["id"], people[link["child_id"]]["birth_date"]) for link in links
    )
    assert max(born.values()) <= 3  # twins, triplets


def test_each_school_of_a_region_is_its_own(write: Write) -> None:
    rows = rows_of(write().folder)
    schools = plan_country(SPEC.pupils)["14"].schools
    assert [row["time_zone"] for row in rows["organizations"].values()] == [s.time_zone for s in schools]
    by_school = Counter(row["organization_id"] for row in rows["enrollments"].values())
    assert list(by_school.values()) == [school.pupils for school in schools]


def test_nothing_but_the_package_is_left(write: Write) -> None:
    package = write().folder
    assert sorted(files(package)) == sorted([MANIFEST, MISTAKES_FILE, *(f"{name}.csv" for name in TABLES)])
    assert [path.name for path in package.parent.iterdir()] == [package.name]


def test_memory_is_that_of_one_school(write: Write) -> None:
    def peak_a_pupil(pupils: int) -> float:
        """Bytes a pupil of the largest school: sizes differ, what is held must not."""
        tracemalloc.start()
        write("78", folder=str(pupils), pupils=pupils)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak / max(school.pupils for school in plan_country(pupils)["78"].schools)

    write("78", pupils=1_000)  # names and days are read once
    assert peak_a_pupil(60_000) < 1.5 * peak_a_pupil(15_000)  # four times the region


def test_a_region_that_fails_in_another_process_ends_the_run(tmp_path: Path) -> None:
    write_regions(tmp_path, ["39"], SPEC, compression="none", jobs=1)
    with pytest.raises(ExportError, match="exists already"):
        write_regions(tmp_path, ["39", "25"], SPEC, compression="none", jobs=2)
