"""Every personal field has a purpose, readers and a term."""

from collections import Counter

from myedu.contract.personal import PERSONAL_FIELDS, PERSONAL_TABLES, TERMS
from myedu.contract.tables import REFERENCES, TABLES, columns


def test_every_field_of_the_personal_tables_has_one_entry() -> None:
    listed = Counter((field.table, field.field) for field in PERSONAL_FIELDS)
    expected = Counter((table, field) for table in PERSONAL_TABLES for field in columns(table))
    assert listed == expected


def test_every_table_that_points_at_a_person_is_personal() -> None:
    pointing = {table for table, to in REFERENCES.items() if "persons" in to.values()}
    assert pointing | {"persons"} == set(PERSONAL_TABLES)
    assert set(PERSONAL_TABLES) <= set(TABLES)


def test_every_entry_is_complete() -> None:
    for field in PERSONAL_FIELDS:
        assert field.purpose_ru.endswith("."), field
        assert field.purpose_en.endswith("."), field
        assert field.readers, field
        assert field.term in TERMS, field


def test_identifiers_are_shown_to_no_one() -> None:
    hidden = {field.field for field in PERSONAL_FIELDS if field.readers == ("nobody",)}
    assert {"snils", "esia_oid"} <= hidden
