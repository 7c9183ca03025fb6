"""No personal field travels without a purpose, readers and a term."""

from collections import Counter

from myedu.contract.personal import PERSONAL_FIELDS, PERSONAL_TABLES, TERMS
from myedu.contract.tables import REFERENCES, TABLES, columns


def test_every_field_of_the_personal_tables_has_one_entry() -> None:
    listed = Counter((one.table, one.field) for one in PERSONAL_FIELDS)
    wanted = Counter((table, field) for table in PERSONAL_TABLES for field in columns(table))
    assert listed == wanted


def test_every_table_that_points_at_a_person_is_personal() -> None:
    pointing = {table for table, to in REFERENCES.items() if "persons" in to.values()}
    assert pointing | {"persons"} == set(PERSONAL_TABLES)
    assert set(PERSONAL_TABLES) <= set(TABLES)


def test_every_entry_is_whole() -> None:
    for one in PERSONAL_FIELDS:
        assert one.purpose_ru.endswith("."), one
        assert one.purpose_en.endswith("."), one
        assert one.readers, one
        assert one.term in TERMS, one


def test_what_identifies_is_shown_to_nobody() -> None:
    hidden = {one.field for one in PERSONAL_FIELDS if one.readers == ("nobody",)}
    assert {"snils", "esia_oid"} <= hidden
